import { ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Target } from '../../src/platform/target.ts';
import { onSignal } from '../cleanup.ts';
import { killGroup } from './processes.mjs';

type Reaper = ChildProcessByStdio<Writable, null, null>;

function startReaper(): Reaper {
  const script = fileURLToPath(new URL('reaper.mjs', import.meta.url));
  // Detached, so that a Ctrl-C in the terminal does not end it as well.
  const started = spawn(process.execPath, [script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  started.unref();
  if (started.stdin instanceof Socket) started.stdin.unref();
  onSignal(async () => {
    started.ref();
    started.stdin.end();
    await once(started, 'exit');
  });
  return started;
}

let reaper: Reaper | undefined;

/** The runs that have a folder, each by its profile. */
const runs = new Map<string, RunFolder>();

// Puppeteer tells of a browser only when that answers; it has to be known from its first moment on.
subscribe('child_process', (message) => {
  if (!(message instanceof Object && 'process' in message && message.process instanceof ChildProcess)) return;
  const child = message.process;
  child.once('spawn', () => {
    const words = child.spawnargs.map((word) => word.replace('--user-data-dir=', ''));
    runs.get(words.find((word) => runs.has(word)) ?? '')?.begin(child);
  });
});

/**
 * Everything one browser writes, in one temporary folder: its profile, its HOME, its downloads. It is removed, and
 * the browser's processes with it, by the end of this process at the latest, however that end comes.
 */
export class RunFolder {
  readonly path: string;
  readonly profile: string;
  readonly downloads: string;
  #browser: ChildProcess | undefined;

  private constructor(path: string, profile: string) {
    this.path = path;
    this.profile = profile;
    this.downloads = join(path, 'downloads');
    runs.set(profile, this);
    this.#tellReaper(null);
  }

  #tellReaper(pid: number | null): void {
    reaper ??= startReaper();
    reaper.stdin.write(`${JSON.stringify({ folder: this.path, pid })}\n`);
  }

  /** Takes note of the run's browser. */
  begin(browser: ChildProcess): void {
    this.#browser = browser;
    this.#tellReaper(browser.pid ?? null);
    browser.once('exit', () => this.#tellReaper(null));
  }

  /**
   * The folder for a new run. The profile of an earlier run of this process brings its whole folder along, and the
   * earlier run leaves it alone from then on. Any other profile stays where it is and is never removed.
   */
  static async open(target: Target, profile?: string): Promise<RunFolder> {
    const given = profile && (await realpath(profile));
    const path =
      runs.get(given ?? '')?.path ?? (await mkdtemp(join(await realpath(tmpdir()), `dfm-${target}-`)));
    const folder = new RunFolder(path, given ?? join(path, 'profile'));
    for (const each of [folder.profile, folder.downloads, folder.#home, folder.#temporary]) {
      await mkdir(each, { recursive: true });
    }
    return folder;
  }

  get #home(): string {
    return join(this.path, 'home');
  }

  get #temporary(): string {
    return join(this.path, 'tmp');
  }

  /** The environment for the browser: its own HOME and nothing that leads past it. */
  environment(): NodeJS.ProcessEnv {
    const { XDG_CONFIG_HOME, XDG_CACHE_HOME, XDG_DATA_HOME, ...env } = process.env;
    if (process.platform !== 'linux') return { ...env, HOME: this.#home };
    // The X server's key is looked for in HOME unless told otherwise.
    const key = env.XAUTHORITY ?? join(homedir(), '.Xauthority');
    return {
      ...env,
      ...(existsSync(key) && { XAUTHORITY: key }),
      HOME: this.#home,
      // A browser that is killed leaves its sockets there. (macOS keeps its own path, which is long enough already
      // for the limit on socket names.)
      TMPDIR: this.#temporary,
    };
  }

  /** Ends all of the run's processes at once. */
  async kill(): Promise<void> {
    if (this.#browser?.pid !== undefined) await killGroup(this.#browser.pid);
  }

  /** Ends all of the run's processes and removes its folder, unless a later run has that now. */
  async remove(): Promise<void> {
    if (runs.get(this.profile) !== this) return;
    await this.kill();
    await rm(this.path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    runs.delete(this.profile);
  }
}
