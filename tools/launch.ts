import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Page } from 'puppeteer-core';
import type { Target } from '../src/platform/target.ts';
import { startChrome } from './browser/chrome.ts';
import { type Engine, type StartedEngine, until } from './browser/engine.ts';
import { startFirefox } from './browser/firefox.ts';
import { RunFolder } from './browser/run-folder.ts';
import { unlessStopped } from './cleanup.ts';
import { findBrowser } from './find-browser.ts';
import { extensionFolder } from './paths.ts';
import { messageOf } from './problem.ts';

/** How a browser is launched. */
export interface LaunchOptions {
  /** The built extension; `dist/<target>` unless given. */
  extensionDir?: string;
  /** Without a window; the default. */
  headless?: boolean;
  /** The X display on which it is shown, rather than the person's. */
  display?: string;
  /**
   * The profile of an earlier session, to go on with: its HOME and its downloads come along, and it is this
   * session's to remove. A profile that is not from a session of this process is used, and never removed.
   */
  profile?: string;
  /** Leaves profile and downloads there after `close()`, until this process ends. */
  keepProfile?: boolean;
  /** Where downloads go; a folder of the session's own unless given. One that is given is not removed. */
  downloadDir?: string;
  /** Firefox: the extension may run in private windows. In Chrome a person allows it on chrome://extensions. */
  allowPrivate?: boolean;
  firefoxPrefs?: Record<string, boolean | number | string>;
  /** Firefox on Linux: what an administrator has set. */
  managed?: Record<string, unknown>;
  /** Further command-line arguments for the browser. */
  args?: string[];
}

/** How an extension's page is opened. */
export interface OpenOptions {
  /** The page counts as ready once this selector matches. */
  ready?: string;
  /** In milliseconds. */
  timeout?: number;
}

/** A real browser with the extension installed in it. */
export interface BrowserSession extends Engine {
  readonly target: Target;
  readonly profile: string;
  readonly downloadDir: string;
  /** Settles when the browser is gone, whatever ended it. */
  readonly ended: Promise<void>;
  /** The address of one of the extension's files. */
  extensionUrl(path: string): string;
  /** Opens one of the extension's pages in a tab and waits until it has painted. */
  openExtensionPage(path: string, options?: OpenOptions): Promise<Page>;
  /** Opens any page in a tab. */
  openPage(url: string): Promise<Page>;
  /** Takes a picture of a page; missing folders are made. */
  screenshot(page: Page, file: string): Promise<void>;
  /** Kills all the browser's processes at once, as a crash or a power cut would. The profile stays until `close()`. */
  crash(): Promise<void>;
  /** Ends the browser and removes what it has written, unless that is to be kept. */
  close(): Promise<void>;
}

async function openExtensionPage(
  { browser, goTo }: StartedEngine,
  url: string,
  { ready = 'html[data-ready="true"]', timeout = 15_000 }: OpenOptions = {},
): Promise<Page> {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(messageOf(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await goTo(page, url);
  try {
    await until(
      // The page may be replaced under the question, which then fails.
      () => page.evaluate((selector) => document.querySelector(selector) !== null, ready).catch(() => false),
      { milliseconds: timeout, expecting: `${ready} in ${url}` },
    );
  } catch (error) {
    throw new Error([messageOf(error), ...complaints.map((text) => `The page says: ${text}`)].join('\n'));
  }
  return page;
}

/** Launches a browser with the extension installed and running. Finds, and if need be installs, the browser. */
export async function launch(target: Target, options: LaunchOptions = {}): Promise<BrowserSession> {
  const { executable } = await findBrowser(target);
  const folder = await RunFolder.open(target, options.profile);
  const downloadDir = resolve(options.downloadDir ?? folder.downloads);

  const start = async () => {
    await mkdir(downloadDir, { recursive: true });
    return await (target === 'chrome' ? startChrome : startFirefox)({
      executable,
      extensionDir: resolve(options.extensionDir ?? extensionFolder(target)),
      headless: options.headless ?? true,
      allowPrivate: options.allowPrivate ?? false,
      profile: folder.profile,
      downloadDir,
      args: options.args ?? [],
      firefoxPrefs: options.firefoxPrefs ?? {},
      managed: options.managed,
      env: {
        ...folder.environment(),
        ...(options.display !== undefined && { DISPLAY: options.display, WAYLAND_DISPLAY: undefined }),
      },
    });
  };
  const engine = await unlessStopped(start()).catch(async (error: unknown) => {
    await folder.remove();
    throw error;
  });

  const { browser } = engine;
  const ended = new Promise<void>((resolveEnded) => {
    browser.once('disconnected', () => resolveEnded());
  });
  let closing: Promise<void> | undefined;
  const close = async () => {
    // A browser that does not end when asked is made to.
    await Promise.race([
      browser.close().catch(() => {}),
      new Promise((done) => setTimeout(done, 10_000).unref()),
    ]);
    await (options.keepProfile ? folder.kill() : folder.remove());
  };
  const extensionUrl = (path: string) => new URL(path, engine.extensionRoot).href;

  return {
    target,
    browser,
    extensionId: engine.extensionId,
    killBackground: engine.killBackground,
    reinstall: engine.reinstall,
    evaluateInBrowser: engine.evaluateInBrowser,
    profile: folder.profile,
    downloadDir,
    ended,
    extensionUrl,
    openExtensionPage: (path, open) => openExtensionPage(engine, extensionUrl(path), open),
    async openPage(url) {
      const page = await browser.newPage();
      await page.goto(url, { waitUntil: 'domcontentloaded' });
      return page;
    },
    async screenshot(page, file) {
      await mkdir(dirname(resolve(file)), { recursive: true });
      await page.screenshot({ path: resolve(file) as `${string}.png` });
    },
    async crash() {
      await folder.kill();
      await ended;
      await engine.released();
    },
    close() {
      closing ??= close();
      return closing;
    },
  };
}
