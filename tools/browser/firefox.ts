import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';
import puppeteer, { type Browser } from 'puppeteer-core';
import { commonLaunchOptions, type LaunchPlan, type StartedEngine, until } from './engine.ts';

/** Firefox makes up the host of extension pages; with a fixed one their addresses and data outlast a restart. */
const extensionHost = 'd0f4c6a2-5b1e-4d7a-9c3f-8e2b6a1d4f70';

/** Puppeteer's connection, which its types hide. It takes commands that puppeteer has no method for. */
interface BidiConnection {
  send(method: string, parameters: object): Promise<{ result: unknown }>;
}

function preferences(plan: LaunchPlan, geckoId: string): Record<string, unknown> {
  return {
    'extensions.webextensions.uuids': JSON.stringify({ [geckoId]: extensionHost }),
    // An extension installed in this way is removed when Firefox ends; its data shall still be there next time.
    'extensions.webextensions.keepStorageOnUninstall': true,
    'extensions.webextensions.keepUuidOnUninstall': true,
    'browser.download.folderList': 2,
    'browser.download.dir': plan.downloadDir,
    'browser.download.useDownloadDir': true,
    'browser.download.always_ask_before_handling_new_types': false,
    'browser.download.alwaysOpenPanel': false,
    'browser.aboutwelcome.enabled': false,
    'network.captive-portal-service.enabled': false,
    'network.connectivity-service.enabled': false,
    ...plan.firefoxPrefs,
  };
}

const connectionOf = (browser: Browser): BidiConnection =>
  (browser as unknown as { connection: BidiConnection }).connection;

const extensionOf = (id: string): string => `WebExtensionPolicy.getByID(${JSON.stringify(id)}).extension`;

/** Installs the extension; puppeteer's own method can't allow it in private windows. */
async function install(browser: Browser, { extensionDir, allowPrivate }: LaunchPlan): Promise<string> {
  const installed = (await connectionOf(browser).send('webExtension.install', {
    extensionData: { type: 'path', path: extensionDir },
    'moz:allowPrivateBrowsing': allowPrivate,
  })) as { result: { extension: string } };
  const id = installed.result.extension;
  await until(async () => (await evaluateIn(browser, `${extensionOf(id)}.backgroundState`)) === 'running', {
    milliseconds: 20_000,
    expecting: 'the background page of the extension',
  });
  return id;
}

/** Runs code with the browser's own privileges, in its main window, and returns its outcome as JSON keeps it. */
async function evaluateIn<T>(browser: Browser, expression: string): Promise<T> {
  const connection = connectionOf(browser);
  const tree = (await connection.send('browsingContext.getTree', { 'moz:scope': 'chrome' })) as {
    result: { contexts: { context: string }[] };
  };
  const context = tree.result.contexts[0]?.context;
  if (context === undefined) throw new Error('Firefox has no window to run code in.');
  const evaluated = (await connection.send('script.evaluate', {
    expression: `(async () => JSON.stringify((await (${expression})) ?? null))()`,
    target: { context },
    awaitPromise: true,
  })) as {
    result: { result?: { type: string; value?: string }; exceptionDetails?: { text: string } };
  };
  const { result, exceptionDetails } = evaluated.result;
  if (exceptionDetails !== undefined) throw new Error(exceptionDetails.text);
  return JSON.parse(result?.value ?? 'null');
}

/** A WebSocket frame that says nothing and wants no answer: an empty pong. Firefox refuses one masked with zeros. */
const idleWord = Buffer.from([0x8a, 0x80, 1, 2, 3, 4]);

/**
 * Launches Firefox so that it answers at once. It sends the next part of what it has to say only when the one before
 * has been acknowledged, which the system puts off by 40 ms unless it has something to send itself: so we send.
 */
async function withQuickAnswers(launch: () => Promise<Browser>): Promise<Browser> {
  const sockets: Socket[] = [];
  const note = (message: unknown): void => {
    if (!(message instanceof Object && 'socket' in message && message.socket instanceof Socket)) return;
    sockets.push(message.socket);
  };
  subscribe('net.client.socket', note);
  try {
    const browser = await launch();
    const port = Number(new URL(browser.wsEndpoint()).port);
    const socket = sockets.find(({ remotePort }) => remotePort === port);
    socket?.on('data', () => {
      if (socket.writable) socket.write(idleWord);
    });
    return browser;
  } finally {
    unsubscribe('net.client.socket', note);
  }
}

/** Sets the extension's options as an administrator can. */
async function writeManaged(folder: string, name: string, data: Record<string, unknown>): Promise<void> {
  await mkdir(folder, { recursive: true });
  const manifest = { name, description: 'what an administrator has set', type: 'storage', data };
  await writeFile(join(folder, `${name}.json`), JSON.stringify(manifest));
}

/** Starts Firefox with the extension. */
export async function startFirefox(plan: LaunchPlan): Promise<StartedEngine> {
  // See test/e2e/warm-firefox.ts. A profile that was used has its own.
  const { DFM_WARM_FIREFOX: warm } = plan.env;
  if (warm !== undefined) await cp(warm, plan.profile, { recursive: true, force: false });
  const manifest: { browser_specific_settings: { gecko: { id: string } } } = JSON.parse(
    await readFile(join(plan.extensionDir, 'manifest.json'), 'utf8'),
  );
  const geckoId = manifest.browser_specific_settings.gecko.id;
  if (plan.managed)
    await writeManaged(join(plan.env.HOME ?? '', '.mozilla/managed-storage'), geckoId, plan.managed);
  const browser = await withQuickAnswers(() =>
    puppeteer.launch({
      ...commonLaunchOptions,
      browser: 'firefox',
      executablePath: plan.executable,
      headless: plan.headless,
      userDataDir: plan.profile,
      // Firefox's crash reporter would outlive a browser that is killed.
      env: { ...plan.env, MOZ_CRASHREPORTER_DISABLE: '1' },
      defaultViewport: plan.headless ? { width: 1000, height: 800 } : null,
      extraPrefsFirefox: preferences(plan, geckoId),
      args: ['--remote-allow-system-access', ...plan.args],
    }),
  );
  const extensionId = await install(browser, plan);

  // Its button would be hidden behind the puzzle piece.
  const button = `${extensionId.toLowerCase().replace(/[^a-z0-9_-]/g, '_')}-browser-action`;
  await evaluateIn(browser, `void CustomizableUI.addWidgetToArea(${JSON.stringify(button)}, 'nav-bar')`);

  return {
    browser,
    extensionId,
    extensionRoot: `moz-extension://${extensionHost}/`,
    // None of the usual waits is ever over for an extension's page.
    goTo: (page, url) => page.goto(url, { waitUntil: [] }),
    killBackground: () =>
      evaluateIn(
        browser,
        `${extensionOf(extensionId)}.terminateBackground({ ignoreDevToolsAttached: true })`,
      ),
    async reinstall() {
      await install(browser, plan);
    },
    evaluateInBrowser: (expression) => evaluateIn(browser, expression),
    async released() {
      // Puppeteer puts its copies of a profile's settings back, which must not happen to the next session.
      await until(
        () => !['prefs.js', 'user.js'].some((name) => existsSync(join(plan.profile, `${name}.puppeteer`))),
        { milliseconds: 5000, expecting: 'puppeteer to let go of the profile' },
      );
    },
  };
}
