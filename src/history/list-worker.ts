/** The worker's script: the list, which reads the disk itself. What is only in memory the page tells it. */
import { coalesced } from '../platform/coalesced.ts';
import { healthAfter, type JournalHealth } from '../platform/journal/health.ts';
import type { Stretch } from '../platform/journal/reads.ts';
import { newest } from '../platform/journal/stored.ts';
import { createList, type Told } from './list.ts';
import { formatQuery } from './query.ts';
import { createSender } from './sent-views.ts';

/** Between two views (ms), once all is read. */
const PAUSE_MS = 200;

const fine: JournalHealth = { state: 'fine' };

/** Ends the pause that there may be. */
let hurry = (): void => undefined;
const pause = (): Promise<void> =>
  new Promise((resolve) => {
    hurry = resolve;
    setTimeout(resolve, PAUSE_MS);
  });

const send = createSender(postMessage);

const list = createList(
  ({ from, limit }) =>
    newest(from, limit).then(
      (stretch): Stretch => ({ ...stretch, readable: true, health: fine }),
      async (error): Promise<Stretch> => ({
        ...{ failures: [], next: null, readable: false },
        health: await healthAfter(error, fine),
      }),
    ),
  coalesced(async () => {
    // What the page told meanwhile comes first.
    await new Promise((resolve) => setTimeout(resolve));
    const view = list.view();
    send(view);
    // While many change, to show each step would keep the list and the page busy.
    if (view.complete) await pause();
  }),
);

/** Of the query that was asked last. */
let address = '';

addEventListener('message', ({ data }: MessageEvent<Told>) => {
  list.tell(data);
  // The person waits for it, or it says that the list is no longer whole.
  if (data.asked || data.readAll) hurry();
  // Not for the same query: what is shown must not shrink for a moment.
  const asked = data.asked ? formatQuery(data.asked.query) : address;
  if (asked === address) return;
  address = asked;
  send(list.firstView());
});
