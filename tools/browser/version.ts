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

/** Asks a browser for its version, which also shows that it can run here at all. */
export async function versionOf(
  executable: string,
  platform: NodeJS.Platform = process.platform,
): Promise<string> {
  if (platform === 'win32') {
    // There, `--version` opens a window instead.
    const { stdout } = await run(
      'powershell.exe',
      [
        '-NoProfile',
        '-NonInteractive',
        '-Command',
        '(Get-Item -LiteralPath $env:DFM_FILE).VersionInfo.ProductVersion',
      ],
      { env: { ...process.env, DFM_FILE: executable }, windowsHide: true, timeout: 30_000 },
    );
    const version = versionIn(stdout);
    if (version === undefined) throw new Error('the file does not tell its version');
    return version;
  }
  if (await startsSnap(executable)) {
    throw new Error('it starts a snap, which has no access to the temporary profile of a test run');
  }
  let output: string;
  try {
    const { stdout } = await run(executable, ['--version'], { timeout: 30_000, killSignal: 'SIGKILL' });
    output = stdout;
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    throw new Error(`it does not run: ${(stderr.trim() || message.trim()).split('\n').at(-1)}`);
  }
  const version = versionIn(output);
  if (version === undefined) throw new Error(`it answers --version with "${output.trim()}"`);
  return version;
}
