// Ending the processes of a browser. Plain JavaScript, because the reaper (reaper.mjs) uses it too.
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** Until the crash handlers, which belong to no group, have noticed that their browser is gone; in ms. */
const NOTICED_MS = 300;

/**
 * Ends a process that leads a group of its own, as puppeteer starts browsers, at once and with all that it started.
 * @param {number} pid
 */
export async function killGroup(pid) {
  try {
    if (process.platform === 'win32')
      execFileSync('taskkill', ['/pid', `${pid}`, '/t', '/f'], { stdio: 'ignore' });
    else process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended.
    return;
  }
  await sleep(NOTICED_MS);
}
