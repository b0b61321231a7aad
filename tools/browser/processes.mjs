// Finding and ending the processes of a browser run. Plain JavaScript, because the reaper (reaper.mjs) uses it too.
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Linux: from /proc, since slim images have no `ps`. */
async function fromProc() {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const entries = await Promise.all(
    pids.map(async (pid) => {
      try {
        const [stat, command] = await Promise.all([
          readFile(`/proc/${pid}/stat`, 'utf8'),
          readFile(`/proc/${pid}/cmdline`, 'utf8'),
        ]);
        // "pid (name) state ppid …", where the name may hold anything, brackets too.
        const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        if (state === 'Z') return [];
        return [{ pid: Number(pid), parent: Number(parent), command: command.replaceAll('\0', ' ') }];
      } catch {
        // It ended while we looked.
        return [];
      }
    }),
  );
  return entries.flat();
}

async function fromPs() {
  const { stdout } = await run('ps', ['-A', '-ww', '-o', 'pid=,ppid=,stat=,command='], {
    maxBuffer: 2 ** 25,
  });
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, state, command] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (command === undefined || state.startsWith('Z')) return [];
    return [{ pid: Number(pid), parent: Number(parent), command }];
  });
}

async function fromWindows() {
  const query = 'Get-CimInstance Win32_Process | Select-Object ProcessId,ParentProcessId,CommandLine';
  const { stdout } = await run(
    'powershell.exe',
    ['-NoProfile', '-NonInteractive', '-Command', `${query} | ConvertTo-Json -Compress`],
    { maxBuffer: 2 ** 25, windowsHide: true },
  );
  return JSON.parse(stdout).map((entry) => ({
    pid: entry.ProcessId,
    parent: entry.ParentProcessId,
    command: entry.CommandLine ?? '',
  }));
}

function listProcesses() {
  if (process.platform === 'linux') return fromProc();
  return process.platform === 'win32' ? fromWindows() : fromPs();
}

/**
 * The processes whose command line holds one of the marks, with all their descendants.
 * @param {{ pid: number, parent: number, command: string }[]} processes
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
    // Our own command line may hold a mark as well.
    const others = (await listProcesses()).filter(({ pid }) => pid !== process.pid);
    const left = selectMarked(others, marks);
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
