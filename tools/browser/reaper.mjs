// Ends what is left of a tool's browser runs when the tool itself ends, even by SIGKILL: it outlives the tool, is told
// on its standard input of each run's folder and running browser, a JSON line each, and takes the input's end for the
// tool's.
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { killGroup } from './processes.mjs';

/** @type {Map<string, number | null>} */
const browsers = new Map();
for await (const line of createInterface({ input: process.stdin })) {
  const { folder, pid } = JSON.parse(line);
  browsers.set(folder, pid);
}
await Promise.all(
  [...browsers].map(async ([folder, pid]) => {
    if (pid !== null) await killGroup(pid);
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }),
);
