import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import {
  type Browser,
  detectBrowserPlatform,
  getInstalledBrowsers,
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

const run = promisify(execFile);

const succeeds = (program: string, words: string[]): Promise<boolean> =>
  run(program, words).then(
    () => true,
    () => false,
  );

/**
 * Installs Debian's packages, where that can be done without asking for a password. Throws with the reason if it can't.
 */
export async function installPackages(what: string, names: readonly string[]): Promise<void> {
  if (process.platform !== 'linux' || !(await succeeds('apt-get', ['--version']))) {
    throw new Error('not to be had on this system');
  }
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && !(await succeeds('sudo', ['-n', 'true']))) throw new Error('would need a password for sudo');
  const [program, words] = isRoot ? ['env', []] : ['sudo', ['-n', 'env']];
  const aptGet = (...more: string[]) =>
    run(program, [...words, 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...more], { maxBuffer: 2 ** 25 });
  console.log(`${what} was not found: installing ${names.join(' and ')} with apt-get …`);
  // Package lists that are partly out of date may still do, so only the install decides.
  const update: unknown = await aptGet('update').catch((error: unknown) => error);
  try {
    await aptGet('install', '-y', '--no-install-recommends', ...names);
  } catch (error) {
    throw update instanceof Error ? new Error(`${update.message}\n${String(error)}`) : error;
  }
}

/** Debian's packages. */
export const apt: Installer = {
  name: 'apt-get',
  async install(target) {
    await installPackages(`A browser for the ${target} build`, [packages[target]]);
    return [];
  },
};

const cacheFolder = join(homedir(), '.cache', 'download-failure-monitor');

/** The browsers fetched earlier. */
export async function fetchedBrowsers(target: Target): Promise<string[]> {
  const fetched = await getInstalledBrowsers({ cacheDir: cacheFolder });
  return fetched.filter(({ browser }) => browser === target).map(({ executablePath }) => executablePath);
}

/** The vendors' own builds: Chrome for Testing, and Firefox's release. */
export const fetching: Installer = {
  name: 'fetching it',
  async install(target) {
    const platform = detectBrowserPlatform();
    if (platform === undefined) throw new Error('there is no build for this system');
    const browser = target as Browser;
    console.log(`No browser for the ${target} build was found: fetching one into ${cacheFolder} …`);
    const buildId = await resolveBuildId(browser, platform, 'stable');
    await mkdir(cacheFolder, { recursive: true });
    // Unpacked beside its place and moved there when whole, so that one cut short is never taken for a browser.
    const cacheDir = await mkdtemp(join(cacheFolder, 'unfinished-'));
    const remove = () => rm(cacheDir, { recursive: true, force: true });
    const withdraw = onSignal(remove);
    try {
      const { path, executablePath } = await install({ browser, buildId, platform, cacheDir });
      const place = join(cacheFolder, relative(cacheDir, path));
      await mkdir(dirname(place), { recursive: true });
      await rename(path, place);
      return [join(place, relative(path, executablePath))];
    } finally {
      await remove();
      withdraw();
    }
  },
};
