import { describe, expect, it } from 'vitest';
import { FakeSession, Life, startBackground } from '../../fakes/background.ts';
import { FakeDownloads } from '../../fakes/downloads.ts';
import { emptyJournal } from '../../fakes/empty-journal.ts';
import { FakePageStarts } from '../../fakes/page-starts.ts';

const PAGE = 'https://host.example/list?page=2';
const URL_A = 'https://host.example/a.zip';

describe.each([false, true])('a new try that asks as the page does, private: %s', (incognito) => {
  const ends = ['comes', 'is refused', 'hangs'] as const;

  it.each(ends)(
    'has one attempt with the right end, and one download at most, though the background dies at any step, where the file %s',
    async (end) => {
      for (let steps = 0; steps < 60; steps += 1) {
        await emptyJournal();
        const fake = new FakeDownloads('chrome');
        const pages = new FakePageStarts(fake);
        pages.windowOpen = true;
        const session = new FakeSession();
        const start = (life = new Life()) => startBackground(fake, session, undefined, life, pages);
        const life = new Life();
        const background = start(life);
        await background.monitor.reconcile('recent');
        fake.fail(fake.begin({ url: URL_A, referrer: PAGE, incognito }), 'NETWORK_FAILED', {
          bytes: 100,
          canResume: false,
        });
        await background.settled();
        const id = background.changes.at(-1)?.id ?? '';
        life.endAfter(steps);
        let over = false;
        const retried = background.retrier.retry(id, 'person').then(() => {
          over = true;
        });
        const sending = expect.poll(() => pages.sent.length, { interval: 2 }).toBe(1);
        await Promise.race([life.ended, sending.catch(() => undefined)]);
        const sent = pages.pending.length > 0;
        const item = sent && end === 'comes' ? pages.answer(URL_A) : undefined;
        await Promise.race([life.ended, retried, new Promise((resolve) => setTimeout(resolve, 150))]);
        const died = !over;

        fake.clock += 5_000;
        const woken = start();
        await woken.monitor.reconcile('recent');
        await woken.retrier.settleOverdue();
        if (end === 'is refused' && pages.pending.length > 0) pages.refuse(URL_A);
        await woken.settled();
        // Later than any limit.
        fake.clock += 120_000;
        await woken.retrier.settleOverdue();
        await woken.settled();
        if (item !== undefined) fake.complete(item);
        await woken.settled();

        const failure = await woken.journal.failure(id);
        const attempts = (failure?.attempts ?? []).map(({ kind, state }) => `${kind} ${state}`);
        expect(attempts, `${steps}`).not.toEqual([]);
        expect(attempts.length, `${steps}: ${attempts}`).toBeLessThanOrEqual(2);
        expect(pages.sent.length + fake.requests.length, `${steps}`).toBeLessThanOrEqual(1);
        if (item !== undefined) expect(attempts.at(-1), `${steps}`).toBe('restart completed');
        else if (attempts.length > 1)
          expect(['restart not-started', 'restart failed'], `${steps}`).toContain(attempts.at(-1));
        expect([pages.standing, pages.pending], `${steps}`).toEqual([[], []]);
        if (!died) break;
      }
    },
    60_000,
  );
});
