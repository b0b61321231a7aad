import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { withTemporaryFolder } from '../../tools/cleanup.ts';
import { type BrowserSession, launch } from '../../tools/launch.ts';
import { sourceFiles } from '../../tools/package/files.ts';
import { root } from '../../tools/paths.ts';
import { target } from './target.ts';

/** A copy of the project, so that its sources can be changed. */
function copyProject(folder: string): void {
  for (const { name, content } of sourceFiles()) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
}

/** Saves as many editors do: another file takes the old one's place. */
function change(file: string, from: string, to: string): void {
  writeFileSync(`${file}.new`, readFileSync(file, 'utf8').replace(from, to));
  renameSync(`${file}.new`, file);
}

const optionsButtons = async ({ browser }: BrowserSession): Promise<(string | undefined)[]> =>
  Promise.all(
    (await browser.pages()).map((tab) =>
      tab
        .evaluate(() => document.querySelector('[data-action="open-options"]')?.textContent)
        .catch(() => undefined),
    ),
  );

it(`npm run dev brings each change into ${target}`, async () => {
  const printed = vi.spyOn(console, 'log').mockImplementation(() => {});
  await withTemporaryFolder(async (copy) => {
    copyProject(copy);
    const { build }: typeof import('../../tools/build.ts') = await import(join(copy, 'tools/build.ts'));
    const dev: typeof import('../../tools/dev.ts') = await import(join(copy, 'tools/dev.ts'));
    await build(target);
    const session = await launch(target, { extensionDir: join(copy, 'dist', target) });
    const stop = await dev.followSources(session);
    try {
      await session.openExtensionPage('popup.html');
      const popup = join(copy, 'src/popup/app.tsx');
      change(popup, "text('options')", "'First change'");
      await expect.poll(() => optionsButtons(session)).toContain('First change');
      change(popup, 'First change', 'Second change');
      await expect.poll(() => optionsButtons(session)).toContain('Second change');
    } finally {
      await stop();
      await session.close();
      printed.mockRestore();
    }
  });
});
