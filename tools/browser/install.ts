import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import {
  type Browser,
  computeExecutablePath,
  detectBrowserPlatform,
  install,
  resolveBuildId,
} from '@puppeteer/browsers';
import type { Target } from '../../src/platform/target.ts';
import { onSignal } from '../cleanup.ts';

const packages: Record<Target, string> = { chrome: 'chromium', firefox: 'firefox-esr' };

/** One way to get a browser that is missing. */
export interface Installer {
  name: string;
  /** Gets the browser. The paths returned are to be looked at first. Throws with the reason if it can't. */
  install(target: Target): Promise<string[]>;
}

/** Runs a command to its end, throwing the last lines of what it printed if it fails or is not there. */
async function runQuietly(command: string, commandArguments: string[]): Promise<void> {
  const child: ChildProcess = spawn(command, commandArguments, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const keep = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const withdraw = onSignal(async () => {
    child.kill('SIGTERM');
    await ended.catch(() => {});
  });
  try {
    const code = await ended;
    if (code === 0) return;
    const lines = output.trim().split('\n').slice(-8).join('\n');
    throw new Error(`"${[command, ...commandArguments].join(' ')}" ended with ${code}:\n${lines}`);
  } finally {
    withdraw();
  }
}

async function runs(command: string, commandArguments: string[]): Promise<boolean> {
  return await runQuietly(command, commandArguments).then(
    () => true,
    () => false,
  );
}

/** Debian's packages, where that can be done without asking for a password. */
export const apt: Installer = {
  name: 'apt-get',
  async install(target) {
    if (process.platform !== 'linux' || !(await runs('apt-get', ['--version']))) {
      throw new Error('not to be had on this system');
    }
    const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
    if (asRoot.length > 0 && !(await runs('sudo', ['-n', 'true']))) {
      throw new Error('would need a password for sudo');
    }
    const aptGet = async (...args: string[]) => {
      const [command = 'env', ...rest] = [
        ...asRoot,
        'env',
        'DEBIAN_FRONTEND=noninteractive',
        'apt-get',
        ...args,
      ];
      await runQuietly(command, rest);
    };
    console.log(
      `No browser for the ${target} build was found: installing ${packages[target]} with apt-get …`,
    );
    // Package lists that are partly out of date may still do, so only the install decides.
    const update: unknown = await aptGet('update').catch((error: unknown) => error);
    try {
      await aptGet('install', '-y', '--no-install-recommends', packages[target]);
    } catch (error) {
      throw update instanceof Error ? new Error(`${update.message}\n${String(error)}`) : error;
    }
    return [];
  },
};

/** The current user's folder for browsers that were fetched. */
function cacheFolder(): string {
  const name = 'download-failure-monitor';
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', name);
  if (process.platform === 'win32') {
    return join(process.env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), name, 'Cache');
  }
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), name);
}

/** The browsers fetched earlier, newest first. Each is in a folder `<target>-<build id>`. */
export async function fetchedBrowsers(target: Target): Promise<string[]> {
  const folder = cacheFolder();
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.startsWith(`${target}-`))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    .map((name) =>
      computeExecutablePath({
        cacheDir: join(folder, name),
        browser: target as Browser,
        buildId: name.slice(target.length + 1),
      }),
    );
}

/** The vendors' own builds: Chrome for Testing, and Firefox's release. */
export const fetching: Installer = {
  name: 'fetching it',
  async install(target) {
    const platform = detectBrowserPlatform();
    if (platform === undefined) throw new Error('there is no build for this system');
    const browser = target as Browser;
    console.log(`No browser for the ${target} build was found: fetching one into ${cacheFolder()} …`);
    const buildId = await resolveBuildId(browser, platform, 'stable');
    await mkdir(cacheFolder(), { recursive: true });
    // Unpacked beside its place and moved there when whole, so that one cut short is never taken for a browser.
    const cacheDir = await mkdtemp(join(cacheFolder(), 'unfinished-'));
    const remove = () => rm(cacheDir, { recursive: true, force: true });
    const withdraw = onSignal(remove);
    try {
      await install({ browser, buildId, platform, cacheDir });
      await rename(cacheDir, join(cacheFolder(), `${target}-${buildId}`));
    } finally {
      await remove();
      withdraw();
    }
    return await fetchedBrowsers(target);
  },
};
