import { describe, expect, it } from 'vitest';
import type { FirstView, News } from '../../../src/history/list.ts';
import { wholeHistory } from '../../../src/history/query.ts';
import { createReceiver, createSender, type Sent } from '../../../src/history/sent-views.ts';

const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => `id ${index}`);

/** A worker that sends views with these ids, and a page. */
function setUp() {
  const views: News[] = [];
  let sent: Sent[] = [];
  const receive = createReceiver((view) => views.push(view));
  const send = createSender((part) => {
    sent.push(part);
    receive(structuredClone(part));
  });
  const parts = (): (readonly string[])[] => sent.flatMap((one) => ('part' in one ? [one.part] : []));
  return {
    views,
    /** Sends a list, and gives what the page then has, and how many ids it was sent for that. */
    send(shown: readonly string[]) {
      sent = [];
      const view: FirstView = { query: wholeHistory, shown, dismissed: new Uint8Array(), whole: true };
      send(view);
      return { there: views.at(-1)?.shown, count: parts().flat().length };
    },
    parts,
  };
}

describe('the ids of a long list that a page is sent', () => {
  it('are none for those that leave', () => {
    const { send } = setUp();
    const old = ids(1_000);
    send(old);
    const now = [...old.slice(0, 300), ...old.slice(350)];
    expect(send(now)).toEqual({ there: now, count: 0 });
  });

  it('are those that are new at the beginning, at the end, or between', () => {
    for (const at of [0, 400, 1_000]) {
      const { send } = setUp();
      const old = ids(1_000);
      send(old);
      const now = old.toSpliced(at, 0, 'new', 'newer');
      expect(send(now)).toEqual({ there: now, count: 2 });
    }
  });

  it('come in parts, and are shown once all are there', () => {
    const { send, parts, views } = setUp();
    expect(send(ids(12_000)).there).toEqual(ids(12_000));
    expect(parts().map(({ length }) => length)).toEqual([5_000, 5_000, 2_000]);
    expect(views).toHaveLength(1);
  });

  it('leave the list the same one if nothing changed', () => {
    const { send } = setUp();
    const first = send(ids(10)).there;
    expect(send(ids(10)).there).toBe(first);
  });

  it.each([
    ['repeats an id', ['a', 'b', 'a'], ['a', 'b', 'a', 'b', 'a']],
    ['becomes shorter by ids that look alike', ['a', 'a', 'a'], ['a']],
    ['becomes empty', ['a', 'b'], []],
    ['is in another order', ['a', 'b', 'c'], ['c', 'b', 'a']],
    ['changes at both ends', ['a', 'b', 'c'], ['x', 'b', 'y', 'z']],
  ])('are right where it %s', (_what, old, now) => {
    const { send } = setUp();
    send(old);
    expect(send(now).there).toEqual(now);
    expect(send(old).there).toEqual(old);
  });
});
