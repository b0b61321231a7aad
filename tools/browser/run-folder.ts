import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Target } from '../../src/platform/target.ts';
import { onSignal } from '../cleanup.ts';
import { killMarked } from './processes.mjs';

const folders = new Map<string, RunFolder>();
let reaper: ChildProcess | undefined;

/** Keeps the reaper (reaper.mjs) informed, starting it at the first word. */
function tellReaper(message: { folder: string; marks: string[]; over: boolean }): void {
  if (reaper === undefined) {
    const script = fileURLToPath(new URL('reaper.mjs', import.meta.url));
    // Detached, so that a Ctrl-C in the terminal does not end it as well.
    reaper = spawn(process.execPath, [script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    reaper.unref();
    if (reaper.stdin instanceof Socket) reaper.stdin.unref();
    reaper.stdin?.on('error', () => {});
  }
  reaper.stdin?.write(`${JSON.stringify(message)}\n`);
}

/**
 * Everything one browser writes, in one temporary folder: its profile, its HOME, its downloads. It is removed, and
 * the browser's processes with it, by the end of this process at the latest, however that end comes.
 */
export class RunFolder {
  readonly path: string;
  readonly profile: string;
  readonly downloads: string;
  /** What the command lines of the run's browser have in common, and those of no other process. */
  readonly #marks: string[];
  readonly #withdraw: () => void;
  /** Changes when another launch takes the folder over, so that the one before leaves it alone. */
  #owner = Symbol();

  private constructor(path: string, profile: string | undefined) {
    this.path = path;
    this.profile = profile ?? join(path, 'profile');
    this.downloads = join(path, 'downloads');
    this.#marks = [path, `--user-data-dir=${this.profile}`, `--profile ${this.profile}`];
    this.#withdraw = onSignal(() => this.#destroy());
    folders.set(path, this);
    tellReaper({ folder: path, marks: this.#marks, over: false });
  }

  /**
   * The folder for a new run. The profile of an earlier run of this process brings its whole folder along; any other
   * profile stays where it is and is never removed.
   */
  static async open(target: Target, profile?: string): Promise<RunFolder> {
    const earlier = profile === undefined ? undefined : folders.get(dirname(profile));
    if (earlier !== undefined) {
      earlier.#owner = Symbol();
      return earlier;
    }
    // Browsers resolve links in the path (macOS's /tmp is one), and the marks have to match what they show.
    const folder = new RunFolder(
      await mkdtemp(join(await realpath(tmpdir()), `dfm-${target}-`)),
      profile === undefined ? undefined : await realpath(profile),
    );
    await Promise.all(
      [folder.profile, folder.downloads, folder.#home, folder.#temporary].map((path) =>
        mkdir(path, { recursive: true }),
      ),
    );
    return folder;
  }

  get #home(): string {
    return join(this.path, 'home');
  }

  get #temporary(): string {
    return join(this.path, 'tmp');
  }

  /** Names the present user of the folder, for {@link remove}. */
  get owner(): symbol {
    return this.#owner;
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
    await killMarked(this.#marks);
  }

  /** Removes the folder, unless another launch has taken it over since the owner was asked for. */
  async remove(owner: symbol): Promise<void> {
    if (owner !== this.#owner || !folders.has(this.path)) return;
    await this.#destroy();
    folders.delete(this.path);
    this.#withdraw();
    tellReaper({ folder: this.path, marks: this.#marks, over: true });
  }

  async #destroy(): Promise<void> {
    await this.kill();
    await rm(this.path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
