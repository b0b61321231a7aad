import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ElementHandle } from 'puppeteer-core';
import { it } from 'vitest';
import { withTemporaryFolder } from '../../tools/cleanup.ts';
import { launch } from '../../tools/launch.ts';
import { extensionFolder } from '../../tools/paths.ts';
import { seedJournal } from '../fakes/seed-journal.ts';
import { historyShows, isReady } from './history-page.ts';
import { target } from './target.ts';

it(`the history in ${target} is whole even where its workers can't begin, and an import says why it failed`, () =>
  withTemporaryFolder(async (folder) => {
    const extensionDir = join(folder, 'extension');
    await cp(extensionFolder(target), extensionDir, { recursive: true });
    for (const worker of ['list-worker.js', 'import-worker.js']) await rm(join(extensionDir, worker));
    const session = await launch(target, { extensionDir });
    try {
      await seedJournal(await session.openExtensionPage('options.html'), target, 300);
      const page = await session.openExtensionPage('history.html');
      await historyShows(page, ({ word }) => word === '300 failures');
      const field = (await page.$('[data-action="import"]')) as ElementHandle<HTMLInputElement>;
      await field.uploadFile(join(extensionDir, 'manifest.json'));
      await historyShows(page, ({ word }) => /The file could not be imported: \w/.test(word));
      await isReady(page, 'export-csv');
    } finally {
      await session.close();
    }
  }));
