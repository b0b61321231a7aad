import { once } from 'node:events';
import { watch } from 'chokidar';
import { coalesced } from '../src/platform/coalesced.ts';
import { parseLaunch } from './arguments.ts';
import { build } from './build.ts';
import type { BrowserSession } from './launch.ts';
import { root } from './paths.ts';
import { messageOf } from './problem.ts';
import { handOver, withSession } from './start/session.ts';

/** What the extension is built from. */
const sources = ['src', 'public', 'manifest.json', 'CHANGELOG.md'];

/** An editor that saves many files at once is to cause one build, in ms. */
const QUIET_MS = 100;

/** Builds the extension and has the browser take it; its pages, which close with that, come back. */
async function update(session: BrowserSession): Promise<void> {
  await build(session.target);
  const tabs = await session.browser.pages();
  const addresses = await Promise.all(tabs.map((tab) => tab.evaluate(() => location.href).catch(() => '')));
  await session.reinstall();
  for (const address of addresses) {
    if (address.startsWith(session.extensionUrl(''))) await session.openExtensionPage(address);
  }
}

/**
 * Updates the extension in the browser with each change of its sources. Gives a function that ends that.
 * Not by web-ext, whose `run` leaves its profile behind when it ends Chromium, and which finds no browser by itself.
 */
export async function followSources(session: BrowserSession): Promise<() => Promise<void>> {
  const follow = coalesced(async () => {
    try {
      await update(session);
      console.log(`${new Date().toLocaleTimeString()}  built and reloaded`);
    } catch (error) {
      // A file that was saved half-way is no reason to end; the next change may mend it.
      console.error(messageOf(error));
    }
  });
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(sources, { cwd: root, ignoreInitial: true }).on('all', () => {
    clearTimeout(timer);
    timer = setTimeout(() => void follow(), QUIET_MS);
  });
  // What changes before that would go unnoticed.
  await once(watcher, 'ready');
  return async () => {
    clearTimeout(timer);
    await watcher.close();
  };
}

/** `npm run dev [-- --browser firefox]`: the extension in a browser, kept up with its sources. */
export default async function main(args: string[]): Promise<number> {
  await withSession(parseLaunch('npm run dev', args), async (started) => {
    const stop = await followSources(started.session);
    await handOver(
      started,
      `The browser has the extension, and a page of downloads that fail: ${started.server.origin}.
Each change in ${sources.join(', ')} is built and reloaded; the extension's tabs come back by themselves.`,
    );
    await stop();
  });
  return 0;
}
