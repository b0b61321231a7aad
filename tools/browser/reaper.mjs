// Ends what is left of a tool's browser runs when the tool itself ends, even by SIGKILL: it outlives the tool, is told
// on its standard input of each run, a JSON line each, and takes the input's end for the tool's.
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { killMarked } from './processes.mjs';

/** @type {{ marks: string[], folder: string }[]} */
const runs = [];
for await (const line of createInterface({ input: process.stdin })) runs.push(JSON.parse(line));

await killMarked(runs.flatMap(({ marks }) => marks));
for (const { folder } of runs)
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
