// Finding and ending the processes of a browser run. Plain JavaScript, because the reaper (reaper.mjs) uses it too.
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/**
 * One running process, as far as ending it needs.
 * @typedef {{ pid: number, parent: number, command: string }} ProcessEntry
 */

/** Elsewhere than on Linux: lines of id, parent's id and command. */
const listing =
  process.platform === 'win32'
    ? [
        'powershell.exe',
        '-NoProfile',
        '-NonInteractive',
        '-Command',
        'Get-CimInstance Win32_Process | % { "$($_.ProcessId) $($_.ParentProcessId) $($_.CommandLine)" }',
      ]
    : ['ps', '-A', '-ww', '-o', 'pid=,ppid=,command='];

/** @returns {Promise<ProcessEntry[]>} */
async function listed() {
  const [program, ...options] = listing;
  const { stdout } = await promisify(execFile)(program, options, { maxBuffer: 2 ** 25, windowsHide: true });
  return [...stdout.matchAll(/^ *(\d+) +(\d+) (.*)$/gm)].map(([, pid, parent, command]) => ({
    pid: Number(pid),
    parent: Number(parent),
    command,
  }));
}

/**
 * Linux: from /proc, since slim images have no `ps`.
 * @returns {Promise<ProcessEntry[]>}
 */
async function listedInProc() {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const entries = await Promise.all(
    pids.map(async (pid) => {
      try {
        const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
        const command = await readFile(`/proc/${pid}/cmdline`, 'utf8');
        // "pid (name) state parent …", where the name may hold anything, brackets too. Z has ended already.
        const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return state === 'Z' ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
      } catch {
        // It ended while we looked.
        return [];
      }
    }),
  );
  // The words of a command line are separated by zeros.
  return entries.flat().map((entry) => ({ ...entry, command: entry.command.replaceAll('\0', ' ') }));
}

/**
 * The processes whose command line holds one of the marks, with all their descendants.
 * @param {ProcessEntry[]} processes
 * @param {string[]} marks
 */
export function selectMarked(processes, marks) {
  const selected = new Set(
    processes.filter(({ command }) => marks.some((mark) => command.includes(mark))).map(({ pid }) => pid),
  );
  for (let before = -1; before !== selected.size; ) {
    before = selected.size;
    for (const { pid, parent } of processes) if (selected.has(parent)) selected.add(pid);
  }
  return [...selected];
}

/**
 * Ends, at once, every process whose command line holds one of the marks, and waits until they are gone.
 * @param {string[]} marks
 */
export async function killMarked(marks) {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const processes = await (process.platform === 'linux' ? listedInProc() : listed());
    // Our own command line may hold a mark as well.
    const left = selectMarked(
      processes.filter(({ pid }) => pid !== process.pid),
      marks,
    );
    if (left.length === 0) return;
    if (Date.now() > deadline) throw new Error(`These processes could not be ended: ${left.join(', ')}`);
    for (const pid of left) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself meanwhile.
      }
    }
    await sleep(20);
  }
}
