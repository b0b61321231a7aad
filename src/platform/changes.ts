/** Tells pages what changed in the journal; they read that again themselves. */
import * as v from 'valibot';
import browser from './browser.ts';
import { parsed } from './parsed.ts';
import { inPrivateFirefox } from './private-page.ts';
import { target } from './target.ts';

const NAME = 'journal-changes';

/** Ids of the failures that changed or are gone; empty if only counts or health did. `anything` if we can't tell. */
const changedSchema = v.union([v.literal('anything'), v.array(v.string())]);
export type Changed = v.InferOutput<typeof changedSchema>;

/** Sent to pages in private windows, alongside commands. */
const messageSchema = v.object({ [NAME]: changedSchema });

let sender: BroadcastChannel | undefined;

export function announceChange(changed: Changed): void {
  sender ??= new BroadcastChannel(NAME);
  sender.postMessage(changed);
  // For pages in private windows. Mostly there are none, and then the browser rejects.
  if (target === 'firefox') browser.runtime.sendMessage({ [NAME]: changed }).catch(() => undefined);
}

/** Calls `listener` after each change to the journal for as long as the page lives. */
export function onChange(listener: (changed: Changed) => void): void {
  if (inPrivateFirefox) {
    browser.runtime.onMessage.addListener((message: unknown) => {
      const heard = parsed(messageSchema, message);
      if (heard) listener(heard[NAME]);
      return undefined;
    });
  } else {
    new BroadcastChannel(NAME).onmessage = ({ data }) => listener(parsed(changedSchema, data) ?? 'anything');
  }
}
