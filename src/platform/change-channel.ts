/** Tells pages that the journal changed; they read it again themselves. */
const name = 'journal-changes';

let sender: BroadcastChannel | undefined;

export function announceChange(): void {
  sender ??= new BroadcastChannel(name);
  sender.postMessage(null);
}

/** Calls `listener` after each change of the journal for as long as the page lives. */
export function onChange(listener: () => void): void {
  new BroadcastChannel(name).onmessage = listener;
}
