import { type FaultServer, startFaultServer } from '../../test/faults/server.ts';
import type { LaunchArguments } from '../arguments.ts';
import { build } from '../build.ts';
import { findBrowser } from '../find-browser.ts';
import { type BrowserSession, launch } from '../launch.ts';

/** The extension at work in a browser, beside a server of downloads that fail. */
export interface StartedSession {
  session: BrowserSession;
  server: FaultServer;
  /** Whether the browser has a window. */
  visible: boolean;
}

/** Whether a browser's window would have somewhere to appear. */
function hasDisplay(): boolean {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  return process.platform === 'darwin' || process.platform === 'win32' || !!DISPLAY || !!WAYLAND_DISPLAY;
}

/** Builds the extension and starts a browser with it. Once `use` is over, nothing of it is left. */
export async function withSession(
  { target, headless }: LaunchArguments,
  use: (started: StartedSession) => Promise<void>,
): Promise<void> {
  const visible = hasDisplay() && !headless;
  const { executable, version } = await findBrowser(target);
  console.log(`Building the extension for ${target === 'chrome' ? 'Chrome' : 'Firefox'} …`);
  await build(target);
  const server = await startFaultServer();
  let session: BrowserSession | undefined;
  try {
    console.log(`Starting ${executable} ${version}${visible ? '' : ', without a window'} …`);
    session = await launch(target, { headless: !visible });
    await use({ session, server, visible });
  } finally {
    await session?.close();
    await server.close();
  }
}

/** Shows the page of broken downloads and what a person can do, and waits until that person closes the browser. */
export async function handOver({ session, server }: StartedSession, whatToDo: string): Promise<void> {
  const [first] = await session.browser.pages();
  const page = first ?? (await session.browser.newPage());
  await page.goto(server.origin, { waitUntil: 'domcontentloaded' });
  await page.bringToFront();
  console.log(
    `\n${whatToDo}\nClose the window, or press Ctrl-C here, when you are done. Nothing of it is left behind.`,
  );
  // On macOS a browser goes on without a window.
  const allPagesClosed = new Promise<void>((resolve) => {
    session.browser.on('targetdestroyed', async () => {
      if ((await session.browser.pages().catch(() => [])).length === 0) resolve();
    });
  });
  await Promise.race([session.ended, allPagesClosed]);
}
