import { createHash } from 'node:crypto';
import { mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import puppeteer, { type Browser } from 'puppeteer-core';
import { messageOf } from '../problem.ts';
import { commonLaunchOptions, type LaunchPlan, type StartedEngine, until } from './engine.ts';

/** The id that Chrome will give an unpacked extension: it follows from the folder's path. */
async function idOf(extensionDir: string): Promise<string> {
  const path = await realpath(extensionDir);
  const hash = createHash('sha256').update(path, process.platform === 'win32' ? 'utf16le' : 'utf8');
  const digits = [...hash.digest('hex').slice(0, 32)];
  return digits.map((digit) => 'abcdefghijklmnop'.charAt(Number.parseInt(digit, 16))).join('');
}

/** Merges settings into the profile's own, which Chrome reads when it starts. */
async function writePreferences({ profile, downloadDir, extensionDir }: LaunchPlan): Promise<void> {
  const file = join(profile, 'Default', 'Preferences');
  const preferences = JSON.parse(await readFile(file, 'utf8').catch(() => '{}'));
  preferences.download = {
    ...preferences.download,
    default_directory: downloadDir,
    prompt_for_download: false,
  };
  // Safe Browsing asks its server about each file and, where that can't be reached, holds the file back for 7 seconds.
  preferences.safebrowsing = { ...preferences.safebrowsing, enabled: false };
  preferences.savefile = { ...preferences.savefile, default_directory: downloadDir };
  // Its button would be hidden behind the puzzle piece.
  preferences.extensions = { ...preferences.extensions, pinned_extensions: [await idOf(extensionDir)] };
  await mkdir(join(profile, 'Default'), { recursive: true });
  await writeFile(file, JSON.stringify(preferences));
}

async function start(plan: LaunchPlan, noSandbox: boolean): Promise<Browser> {
  return await puppeteer.launch({
    ...commonLaunchOptions,
    browser: 'chrome',
    executablePath: plan.executable,
    headless: plan.headless,
    // A list here would not be waited for, so the extension is installed by hand below. The pipe is what lets
    // branded Chrome accept it.
    pipe: true,
    enableExtensions: true,
    userDataDir: plan.profile,
    env: plan.env,
    defaultViewport: plan.headless ? { width: 1000, height: 800 } : null,
    args: [
      ...(noSandbox ? ['--no-sandbox'] : []),
      '--disable-quic',
      '--no-first-run',
      '--no-default-browser-check',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...plan.args,
    ],
  });
}

/** Starts Chrome, Chromium or Edge with the extension. */
export async function startChrome(plan: LaunchPlan): Promise<StartedEngine> {
  await writePreferences(plan);
  const asRoot = process.getuid?.() === 0;
  const browser = await start(plan, asRoot).catch(async (error: unknown) => {
    // Ubuntu lets only browsers from its own packages make a sandbox. All this one will see is local.
    if (asRoot || !/no usable sandbox/i.test(messageOf(error))) throw error;
    return await start(plan, true);
  });
  const extensionId = await browser.installExtension(plan.extensionDir);
  const extensionRoot = `chrome-extension://${extensionId}/`;

  const cdp = await browser.target().createCDPSession();
  const workers = async (): Promise<string[]> => {
    const { targetInfos } = await cdp.send('Target.getTargets');
    return targetInfos
      .filter(({ type, url }) => type === 'service_worker' && url.startsWith(extensionRoot))
      .map(({ targetId }) => targetId);
  };
  // A page opened before this would find no background to talk to.
  const workerBut = (ended: readonly string[]): Promise<void> =>
    until(async () => (await workers()).some((id) => !ended.includes(id)), {
      milliseconds: 20_000,
      expecting: 'the service worker of the extension',
    });
  await workerBut([]);

  return {
    browser,
    extensionId,
    extensionRoot,
    goTo: (page, url) => page.goto(url),
    async killBackground() {
      // By their ids, since an event may already have started the next one.
      const running = await workers();
      // A worker that is only just starting does not hear the first call.
      const ended = async (): Promise<boolean> => {
        const left = (await workers()).filter((id) => running.includes(id));
        for (const targetId of left) await cdp.send('Target.closeTarget', { targetId }).catch(() => {});
        return left.length === 0;
      };
      await until(ended, { milliseconds: 5000, expecting: 'the end of the service worker' });
    },
    async reinstall() {
      const before = await workers();
      await browser.installExtension(plan.extensionDir);
      await workerBut(before);
    },
    async evaluateInBrowser() {
      throw new Error('Only Firefox runs code with its own privileges.');
    },
    async released() {},
  };
}
