import { posix, win32 } from 'node:path';
import type { Target } from '../../src/platform/target.ts';

/** What decides where browsers are looked for. */
export interface Surroundings {
  platform: NodeJS.Platform;
  env: Record<string, string | undefined>;
  home: string;
}

const commands: Record<Target, string[]> = {
  chrome: [
    'chromium',
    'chromium-browser',
    'google-chrome',
    'google-chrome-stable',
    'google-chrome-beta',
    'google-chrome-unstable',
    'microsoft-edge',
    'microsoft-edge-stable',
  ],
  firefox: ['firefox', 'firefox-esr', 'firefox-developer-edition', 'firefox-devedition', 'firefox-nightly'],
};

// A snap can't be used by its own command (see version.ts), but well by the program inside.
const linuxFiles: Record<Target, string[]> = {
  chrome: [
    '/opt/google/chrome/chrome',
    '/opt/chromium/chrome',
    '/opt/microsoft/msedge/msedge',
    '/snap/chromium/current/usr/lib/chromium-browser/chrome',
  ],
  firefox: [
    '/usr/lib/firefox/firefox',
    '/usr/lib/firefox-esr/firefox-esr',
    '/opt/firefox/firefox',
    '/snap/firefox/current/usr/lib/firefox/firefox',
  ],
};

const macApplications: Record<Target, string[]> = {
  chrome: [
    'Chromium.app/Contents/MacOS/Chromium',
    'Google Chrome.app/Contents/MacOS/Google Chrome',
    'Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
    'Google Chrome Canary.app/Contents/MacOS/Google Chrome Canary',
    'Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  firefox: [
    'Firefox.app/Contents/MacOS/firefox',
    'Firefox Developer Edition.app/Contents/MacOS/firefox',
    'Firefox Nightly.app/Contents/MacOS/firefox',
  ],
};

const windowsFiles: Record<Target, string[]> = {
  chrome: [
    'Chromium\\Application\\chrome.exe',
    'Google\\Chrome\\Application\\chrome.exe',
    'Google\\Chrome Beta\\Application\\chrome.exe',
    'Google\\Chrome SxS\\Application\\chrome.exe',
    'Microsoft\\Edge\\Application\\msedge.exe',
  ],
  firefox: [
    'Mozilla Firefox\\firefox.exe',
    'Firefox Developer Edition\\firefox.exe',
    'Firefox Nightly\\firefox.exe',
  ],
};

/** Every path at which a browser may be, likeliest first. Most of them will not exist. */
export function candidates(target: Target, { platform, env, home }: Surroundings): string[] {
  if (platform === 'win32') {
    return [env.ProgramFiles, env['ProgramFiles(x86)'], env.LOCALAPPDATA]
      .filter((folder) => folder !== undefined)
      .flatMap((folder) => windowsFiles[target].map((file) => win32.join(folder, file)));
  }
  if (platform === 'darwin') {
    return ['/Applications', posix.join(home, 'Applications')].flatMap((folder) =>
      macApplications[target].map((file) => posix.join(folder, file)),
    );
  }
  // The usual folders too, since a desktop's or a service's PATH may lack them.
  const folders = [...(env.PATH ?? '').split(':'), '/usr/local/bin', '/usr/bin'].filter((folder) =>
    folder.startsWith('/'),
  );
  const onPath = commands[target].flatMap((command) => folders.map((folder) => posix.join(folder, command)));
  return [...new Set([...onPath, ...linuxFiles[target]])];
}
