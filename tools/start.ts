import { type FaultServer, startFaultServer } from '../test/faults/server.ts';
import { parseStart } from './arguments.ts';
import { build } from './build.ts';
import { findBrowser } from './find-browser.ts';
import { type BrowserSession, launch } from './launch.ts';
import { messageOf, Problem } from './problem.ts';
import { demonstrate } from './start/demonstrate.ts';

/** Whether a browser's window would have somewhere to appear. */
function hasDisplay(): boolean {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  return process.platform === 'darwin' || process.platform === 'win32' || !!DISPLAY || !!WAYLAND_DISPLAY;
}

/** Leaves the browser to the person, until it is closed. */
async function handOver(session: BrowserSession, server: FaultServer): Promise<void> {
  const [first] = await session.browser.pages();
  const page = first ?? (await session.browser.newPage());
  await page.goto(server.origin, { waitUntil: 'domcontentloaded' });
  await page.bringToFront();
  console.log(`
A browser window with the extension is open on a page of downloads that fail, ${server.origin}.
  1. Click some of its links.
  2. Watch the extension's button at the right end of the toolbar count the failures.
  3. Click that button to see what failed and why, and to try again.
Close the window, or press Ctrl-C here, when you are done. Nothing of it is left behind.`);
  // On macOS a browser goes on without a window.
  const allPagesClosed = new Promise<void>((resolve) => {
    session.browser.on('targetdestroyed', async () => {
      if ((await session.browser.pages().catch(() => [])).length === 0) resolve();
    });
  });
  await Promise.race([session.ended, allPagesClosed]);
}

/** `npm start [-- --browser firefox] [--headless]`: the extension at work, in a window or, without a display, in words. */
export default async function main(args: string[]): Promise<number> {
  const { target, headless } = parseStart(args);
  const visible = hasDisplay() && !headless;
  const { executable, version } = await findBrowser(target);

  let server: FaultServer | undefined;
  let session: BrowserSession | undefined;
  try {
    console.log(`Building the extension for ${target === 'chrome' ? 'Chrome' : 'Firefox'} …`);
    await build(target);
    server = await startFaultServer();
    console.log(`Starting ${executable} ${version}${visible ? '' : ', without a window'} …`);
    session = await launch(target, { headless: !visible });
    await (visible ? handOver : demonstrate)(session, server);
    return 0;
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(`npm start did not get to its end: ${messageOf(error)}`);
  } finally {
    await session?.close();
    await server?.close();
  }
}
