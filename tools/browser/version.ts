import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Target } from '../../src/platform/target.ts';
import { root } from '../paths.ts';

const run = promisify(execFile);

/** The first thing in a text that looks like a version: `Mozilla Firefox 153.7.0esr` gives `153.7.0`. */
export function versionIn(text: string): string | undefined {
  return /\d+(?:\.\d+)+/.exec(text)?.[0];
}

/** The oldest version of a browser that the manifest admits. */
export async function minimumVersion(target: Target): Promise<string> {
  const manifest: {
    minimum_chrome_version: string;
    browser_specific_settings: { gecko: { strict_min_version: string } };
  } = JSON.parse(await readFile(join(root, 'manifest.json'), 'utf8'));
  return target === 'chrome'
    ? manifest.minimum_chrome_version
    : manifest.browser_specific_settings.gecko.strict_min_version;
}

/** Whether a file is a shell script that hands over to a snap, as Ubuntu's `firefox` and `chromium-browser` are. */
async function startsSnap(executable: string): Promise<boolean> {
  const start = (await readFile(executable)).subarray(0, 4096).toString('latin1');
  return start.startsWith('#!') && start.includes('/snap/bin/');
}

/** On Windows, where `--version` opens a window instead. The path is handed on where no shell reads it. */
const askWindows = [
  'powershell.exe',
  '-NoProfile',
  '-NonInteractive',
  '-Command',
  '(Get-Item -LiteralPath $env:DFM_FILE).VersionInfo.ProductVersion',
];

/** Asks a browser for its version, which also shows that it can run here at all. */
export async function versionOf(
  executable: string,
  platform: NodeJS.Platform = process.platform,
): Promise<string> {
  const onWindows = platform === 'win32';
  if (!onWindows && (await startsSnap(executable))) {
    throw new Error('it starts a snap, which has no access to the temporary profile of a test run');
  }
  const [program = executable, ...words] = onWindows ? askWindows : [executable, '--version'];
  const env = { ...process.env, DFM_FILE: executable };
  const options = { env, windowsHide: true, timeout: 30_000, killSignal: 'SIGKILL' } as const;
  const { stdout } = await run(program, words, options).catch((error: Error & { stderr?: string }) => {
    const said = error.stderr?.trim() || error.message.trim();
    throw new Error(`it does not run: ${said.split('\n').at(-1)}`);
  });
  const version = versionIn(stdout);
  if (version === undefined) throw new Error(`it answers --version with "${stdout.trim()}"`);
  return version;
}
