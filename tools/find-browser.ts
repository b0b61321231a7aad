import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import type { Target } from '../src/platform/target.ts';
import { candidates } from './browser/candidates.ts';
import { apt, fetchedBrowsers, fetching, type Installer } from './browser/install.ts';
import { minimumVersion, versionOf } from './browser/version.ts';
import { isAtLeast } from './fresh-clone.mjs';
import { messageOf, Problem } from './problem.ts';

/** A browser that runs here and is new enough. */
export interface FoundBrowser {
  executable: string;
  version: string;
}

/** What finding a browser needs from the world. */
export interface Means {
  /** The path that the person named, if any. */
  named: string | undefined;
  /** Where to look, in this order; asked again after each install. */
  places(): Promise<string[]>;
  exists(path: string): boolean;
  /** Throws with the reason if the browser does not run. */
  versionOf(executable: string): Promise<string>;
  minimum: string;
  installers: Installer[];
}

const names: Record<Target, { product: string; variable: string; site: string }> = {
  chrome: {
    product: 'Chrome, Chromium or Edge',
    variable: 'CHROME_PATH',
    site: 'https://www.google.com/chrome/',
  },
  firefox: { product: 'Firefox', variable: 'FIREFOX_PATH', site: 'https://www.mozilla.org/firefox/' },
};

/** The message for when there is no browser and none could be got: what was tried, and what the person can do. */
export function missingMessage(target: Target, minimum: string, tried: [string, string][]): string {
  const { product, variable, site } = names[target];
  const lines = tried.map(([step, problem]) => `  ${step}: ${problem.trim().replaceAll('\n', '\n    ')}`);
  return [
    `There is no ${product} of version ${minimum} or newer here, and none could be installed.`,
    ...lines,
    `Install ${product} (${site}), or set ${variable} to the path of its executable.`,
  ].join('\n');
}

/** As {@link findBrowser}, with everything it depends on handed in. */
export async function findWith(target: Target, means: Means): Promise<FoundBrowser> {
  const { variable } = names[target];
  const check = async (executable: string): Promise<FoundBrowser> => {
    const version = await means.versionOf(executable);
    if (isAtLeast(version, means.minimum)) return { executable, version };
    throw new Error(`it is version ${version}, and ${means.minimum} or newer is needed`);
  };

  if (means.named !== undefined && means.named !== '') {
    // The person meant this very browser, so another one in its stead would mislead.
    if (!means.exists(means.named))
      throw new Problem(`${variable} names ${means.named}, which does not exist.`);
    try {
      return await check(means.named);
    } catch (error) {
      throw new Problem(`${variable} names ${means.named}, which can't be used: ${messageOf(error)}.`);
    }
  }

  const refused = new Map<string, string>();
  const look = async (first: string[] = []): Promise<FoundBrowser | undefined> => {
    for (const executable of [...first, ...(await means.places())].filter(means.exists)) {
      try {
        return await check(executable);
      } catch (error) {
        refused.set(executable, messageOf(error));
      }
    }
    return undefined;
  };

  const failures: [string, string][] = [];
  let found = await look();
  for (const installer of means.installers) {
    if (found !== undefined) break;
    try {
      found = await look(await installer.install(target));
      if (found === undefined) failures.push([installer.name, 'done, but no browser that runs came of it']);
    } catch (error) {
      failures.push([installer.name, messageOf(error)]);
    }
  }
  if (found !== undefined) return found;
  throw new Problem(missingMessage(target, means.minimum, [...refused, ...failures]));
}

const found = new Map<Target, Promise<FoundBrowser>>();

/**
 * The browser to use: the one named by CHROME_PATH or FIREFOX_PATH, else an installed one, else one that is
 * installed or fetched now. Looks once in the life of the process.
 */
export function findBrowser(target: Target): Promise<FoundBrowser> {
  let search = found.get(target);
  if (search === undefined) {
    search = minimumVersion(target).then((minimum) =>
      findWith(target, {
        named: process.env[names[target].variable],
        places: async () => [
          ...candidates(target, { platform: process.platform, env: process.env, home: homedir() }),
          ...(await fetchedBrowsers(target)),
        ],
        exists: existsSync,
        versionOf,
        minimum,
        installers: [apt, fetching],
      }),
    );
    found.set(target, search);
  }
  return search;
}
