/** Tells pages what changed in the journal; they read it again themselves. */
import * as v from 'valibot';
import browser from './browser.ts';
import { parsed } from './parsed.ts';
import { inPrivateFirefox } from './private-page.ts';
import { target } from './target.ts';

const NAME = 'journal-changes';

/** The ids of the failures that changed or are gone; none where only counts or health did. Or it may be anything. */
const changedSchema = v.union([v.literal('anything'), v.array(v.string())]);
export type Changed = v.InferOutput<typeof changedSchema>;

/** As sent to pages in private windows, beside commands. */
const messageSchema = v.object({ [NAME]: changedSchema });

let sender: BroadcastChannel | undefined;

export function announceChange(changed: Changed): void {
  sender ??= new BroadcastChannel(NAME);
  sender.postMessage(changed);
  // For the pages in private windows. Mostly there are none, which is an error to the browser.
  if (target === 'firefox') browser.runtime.sendMessage({ [NAME]: changed }).catch(() => undefined);
}

/** Calls `listener` after each change of the journal for as long as the page lives. */
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
