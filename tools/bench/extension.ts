import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from '../build.ts';

/** An extension's page with a sentence and nothing else: what no page of an extension can be faster than. */
export const EMPTY_PAGE = 'empty.html';
/** A page that plainly writes down the counts and 30 rows: what no page with failures can be faster than. */
export const BARE_PAGE = 'bare.html';

const bareScript = `const opening = indexedDB.open('journal');
opening.onsuccess = () => {
  const reading = opening.result.transaction(['failures', 'meta']);
  const counts = reading.objectStore('meta').get('counts');
  const rows = reading.objectStore('failures').index('newest').getAll(null, 30);
  rows.onsuccess = () => {
    const add = (name, text) => document.body.append(Object.assign(document.createElement(name), { textContent: text }));
    add('h1', counts.result.unseen);
    for (const { filename, reason } of rows.result) add('p', filename + ' ' + reason);
  };
};
`;

/**
 * Builds the extension for Chrome into a folder of the benchmark's own, and puts beside its pages those that show what
 * is possible.
 */
export async function buildForBench(folder: string): Promise<void> {
  await build('chrome', folder);
  await writeFile(
    join(folder, EMPTY_PAGE),
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Empty</title><p>Nothing is here.</p></html>\n',
  );
  await writeFile(
    join(folder, BARE_PAGE),
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Bare</title><script type="module" src="bare.js"></script></html>\n',
  );
  await writeFile(join(folder, 'bare.js'), bareScript);
}
