// Cleans up after a tool that died without doing so itself, by SIGKILL for one: it outlives the tool and is told on
// its standard input, a JSON line each, which browser runs there are and which are over. The input's end is the
// tool's end.
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { killMarked } from './processes.mjs';

/** @type {Map<string, { marks: string[], folder: string }>} */
const runs = new Map();

for await (const line of createInterface({ input: process.stdin })) {
  const { over, ...run } = JSON.parse(line);
  if (over) runs.delete(run.folder);
  else runs.set(run.folder, run);
}

await killMarked([...runs.values()].flatMap(({ marks }) => marks));
for (const folder of runs.keys())
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
