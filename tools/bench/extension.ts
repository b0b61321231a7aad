import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from '../build.ts';

/** An extension's page with a sentence and nothing else: what no page of an extension can be faster than. */
export const EMPTY_PAGE = 'empty.html';

/** Builds the extension for Chrome into a folder of the benchmark's own, and puts the empty page beside its pages. */
export async function buildForBench(folder: string): Promise<void> {
  await build('chrome', folder);
  await writeFile(
    join(folder, EMPTY_PAGE),
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Empty</title><p>Nothing is here.</p></html>\n',
  );
}
