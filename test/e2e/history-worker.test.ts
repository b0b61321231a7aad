import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'vitest';
import { withTemporaryFolder } from '../../tools/cleanup.ts';
import { launch } from '../../tools/launch.ts';
import { extensionFolder } from '../../tools/paths.ts';
import { seedJournal } from '../fakes/seed-journal.ts';
import { historyShows } from './history-page.ts';
import { target } from './target.ts';

it(`the history in ${target} is whole even where its worker can't begin`, () =>
  withTemporaryFolder(async (folder) => {
    const extensionDir = join(folder, 'extension');
    await cp(extensionFolder(target), extensionDir, { recursive: true });
    await rm(join(extensionDir, 'list-worker.js'));
    const session = await launch(target, { extensionDir });
    try {
      await seedJournal(await session.openExtensionPage('options.html'), target, 300);
      const page = await session.openExtensionPage('history.html');
      await historyShows(page, ({ word }) => word === '300 failures');
    } finally {
      await session.close();
    }
  }));
