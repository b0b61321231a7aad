import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { classify } from '../../src/domain/reasons.ts';
import type { Target } from '../../src/platform/target.ts';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { seedJournal } from '../fakes/seed-journal.ts';
import { type FaultServer, startFaultServer } from '../faults/server.ts';
import { readFailures, sendCommand, startDownloads } from './extension-page.ts';
import { readPopup } from './popup-page.ts';
import { target } from './target.ts';

const ACTIONS = 500;

/** Evenly spread numbers from 0 to 1, the same in each run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

type Counts = Record<string, number>;

/** What the popup says and what follows from the records themselves, each by category and by reason. */
async function bothSides(page: Page, target: Target): Promise<{ popup: Counts; journal: Counts }> {
  // Asked for at once: each question takes Firefox's driver a while.
  const [failures, popup] = await Promise.all([readFailures(page), readPopup(page)]);
  const journal: Counts = {};
  for (const { reason, dismissed, attempts } of failures) {
    if (dismissed || attempts.some(({ state }) => state === 'completed')) continue;
    const { category } = classify(reason, target);
    for (const group of [category, `${category}/${reason}`]) journal[group] = (journal[group] ?? 0) + 1;
  }
  // A group whose last row says for a moment that its file is there counts nothing.
  const shown = Object.entries(popup.counts).filter(([, count]) => count > 0);
  return { popup: Object.fromEntries(shown), journal };
}

describe(`in ${target}`, () => {
  let faults: FaultServer;
  let session: BrowserSession;
  let popup: Page;

  beforeAll(async () => {
    faults = await startFaultServer();
    session = await launch(target);
    const seeding = await session.openExtensionPage('options.html');
    await seedJournal(seeding, target, 60);
    await seeding.close();
    popup = await session.openExtensionPage('popup.html');
  });

  afterAll(async () => {
    await session?.close();
    await faults?.close();
  });

  it(`the popup says what the journal holds after each of ${ACTIONS} random actions`, async () => {
    const random = randomNumbers(42);
    const pick = <Item>(items: readonly Item[]): Item | undefined =>
      items[Math.floor(random() * items.length)];
    const ids = async (): Promise<string[]> => (await readFailures(popup)).map(({ id }) => id);
    let started = 0;
    const fail = (): Promise<void> => {
      started += 1;
      const status = pick([404, 403, 503, 500]) ?? 503;
      const path = `/status/${status}/${started}.bin?key=${started}`;
      return startDownloads(popup, [{ url: faults.url(path), filename: `${started}.bin` }]);
    };
    const one = async (command: string): Promise<void> => {
      const id = pick(await ids());
      if (id !== undefined)
        await sendCommand(popup, { command, ...(command === 'cancel' ? { id } : { ids: [id] }) });
    };
    const actions: [weight: number, act: () => Promise<unknown>][] = [
      [6, fail],
      [4, () => one('dismiss')],
      [3, () => one('restore')],
      [2, () => one('delete')],
      [2, () => one('retry-many')],
      [1, () => one('cancel')],
      [2, async () => faults.heal(String(Math.ceil(random() * started)))],
      [1, () => sendCommand(popup, { command: 'mark-all-seen' })],
      [1, () => sendCommand(popup, { command: 'stop-round' })],
    ];
    const urn = actions.flatMap(([weight, act]) => Array.from({ length: weight }, () => act));
    for (let action = 1; action <= ACTIONS; action += 1) {
      await pick(urn)?.();
      const deadline = Date.now() + 10_000;
      for (;;) {
        const { popup: says, journal } = await bothSides(popup, target);
        const same = JSON.stringify(sorted(says)) === JSON.stringify(sorted(journal));
        if (same) break;
        if (Date.now() > deadline) expect(says, `after action ${action}`).toEqual(journal);
      }
    }
    const { journal } = await bothSides(popup, target);
    expect(Object.keys(journal).filter((group) => group.includes('/')).length).toBeGreaterThan(2);
  }, 400_000);
});

const sorted = (counts: Counts): [string, number][] =>
  Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));
