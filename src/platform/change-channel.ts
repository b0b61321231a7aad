/** Tells pages that the journal changed; they read it again themselves. */
import browser from './browser.ts';
import { inPrivateFirefox } from './private-page.ts';
import { target } from './target.ts';

const name = 'journal-changes';

let sender: BroadcastChannel | undefined;

export function announceChange(): void {
  sender ??= new BroadcastChannel(name);
  sender.postMessage(null);
  // For the pages in private windows. Mostly there are none, which is an error to the browser.
  if (target === 'firefox') browser.runtime.sendMessage(name).catch(() => undefined);
}

/** Calls `listener` after each change of the journal for as long as the page lives. */
export function onChange(listener: () => void): void {
  if (inPrivateFirefox) {
    browser.runtime.onMessage.addListener((message: unknown) => {
      if (message === name) listener();
      return undefined;
    });
  } else {
    new BroadcastChannel(name).onmessage = listener;
  }
}
