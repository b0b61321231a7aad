/** The worker's script: the list, which reads the disk itself. What is only in memory the page tells it. */
import { coalesced } from '../platform/coalesced.ts';
import { healthAfter, type JournalHealth } from '../platform/journal/health.ts';
import type { Stretch } from '../platform/journal/reads.ts';
import { newest } from '../platform/journal/stored.ts';
import { createList, type FirstView, type Told, type View } from './list.ts';
import { formatQuery } from './query.ts';
import { changeOf, type ShownChange } from './shown-change.ts';
import { stepsOf } from './steps.ts';

/** What the page is sent of a view: the ids that are new in parts, and then all else. */
export type Sent =
  | { part: readonly string[] }
  | { others: Omit<View, 'shown'> | Omit<FirstView, 'shown'>; change: ShownChange };

const fine: JournalHealth = { state: 'fine' };

/** So many ids are sent at once. */
const PART = 5_000;

/** The ids that the page was sent last. */
let sent: readonly string[] = [];

/** Each part takes the page a few ms. */
function send({ shown, ...others }: View | FirstView): void {
  const { change, between } = changeOf(sent, shown);
  sent = shown;
  for (const part of stepsOf(between, PART)) postMessage({ part } satisfies Sent);
  postMessage({ others, change } satisfies Sent);
}

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
    send(list.view());
  }),
);

/** Of the query that was asked last. */
let address = '';

addEventListener('message', ({ data }: MessageEvent<Told>) => {
  list.tell(data);
  // Not for the same query: what is shown must not shrink for a moment.
  const asked = data.asked ? formatQuery(data.asked.query) : address;
  if (asked === address) return;
  address = asked;
  send(list.firstView());
});
