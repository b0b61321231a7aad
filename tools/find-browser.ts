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

/** What a person calls a browser, names it with, and gets it from. */
export const names: Record<Target, { product: string; variable: string; site: string }> = {
  chrome: {
    product: 'Chrome, Chromium or Edge',
    variable: 'CHROME_PATH',
    site: 'https://www.google.com/chrome/',
  },
  firefox: { product: 'Firefox', variable: 'FIREFOX_PATH', site: 'https://www.mozilla.org/firefox/' },
};

/** As {@link findBrowser}, with everything it depends on handed in. */
export async function findWith(target: Target, means: Means): Promise<FoundBrowser> {
  const { product, variable, site } = names[target];
  const { named, minimum } = means;
  const check = async (executable: string): Promise<FoundBrowser> => {
    const version = await means.versionOf(executable);
    if (isAtLeast(version, minimum)) return { executable, version };
    throw new Error(`it is version ${version}, and ${minimum} or newer is needed`);
  };

  if (named) {
    // The person meant this very browser, so another one in its stead would mislead.
    if (!means.exists(named)) throw new Problem(`${variable} names ${named}, which does not exist.`);
    return await check(named).catch((error: unknown) => {
      throw new Problem(`${variable} names ${named}, which can't be used: ${messageOf(error)}.`);
    });
  }

  /** Why each place and each installer gave no browser. */
  const problems = new Map<string, string>();
  const look = async (first: string[]): Promise<FoundBrowser | undefined> => {
    for (const executable of [...first, ...(await means.places())].filter(means.exists)) {
      try {
        return await check(executable);
      } catch (error) {
        problems.set(executable, messageOf(error));
      }
    }
    return undefined;
  };

  let found = await look([]);
  for (const { name, install } of means.installers) {
    if (found !== undefined) return found;
    try {
      found = await look(await install(target));
      problems.set(name, 'done, but no browser that runs came of it');
    } catch (error) {
      problems.set(name, messageOf(error));
    }
  }
  if (found !== undefined) return found;
  throw new Problem(
    [
      `There is no ${product} of version ${minimum} or newer here, and none could be installed.`,
      ...[...problems].map(([what, problem]) => `  ${what}: ${problem.trim().replaceAll('\n', '\n    ')}`),
      `Install ${product} (${site}), or set ${variable} to the path of its executable.`,
    ].join('\n'),
  );
}

const found = new Map<Target, Promise<FoundBrowser>>();

/**
 * The browser to use: the one named by CHROME_PATH or FIREFOX_PATH, else an installed one, else one that is
 * installed or fetched now. Looks once in the life of the process.
 */
export function findBrowser(target: Target): Promise<FoundBrowser> {
  const search = async (): Promise<FoundBrowser> =>
    await findWith(target, {
      named: process.env[names[target].variable],
      places: async () => [
        ...candidates(target, { platform: process.platform, env: process.env, home: homedir() }),
        ...(await fetchedBrowsers(target)),
      ],
      exists: existsSync,
      versionOf,
      minimum: await minimumVersion(target),
      installers: [apt, fetching],
    });
  const looking = found.get(target) ?? search();
  found.set(target, looking);
  return looking;
}
