import { expect, it } from 'vitest';
import { loadedBy, loadedLater } from '../../../tools/package/loaded-files.ts';

const files: Record<string, string> = {
  'page.html': '<script src="/page.js"></script><link rel="stylesheet" href="/page.css">',
  'page.css': '',
  'page.js': 'import{a as b}from"./shared/part.js";import"./shared/effect.js";b(()=>import(`./later.js`));',
  'shared/part.js': 'export const a=1;',
  'shared/effect.js': 'import"./part.js";',
  'later.js': 'import"./shared/part.js";import"./only-later.js";',
  'only-later.js': '',
};
const read = (name: string): string => files[name] ?? '';

it('what a page loads at once and what it loads later are told apart', () => {
  expect([...loadedBy(read, 'page.html')].sort()).toEqual([
    'page.css',
    'page.html',
    'page.js',
    'shared/effect.js',
    'shared/part.js',
  ]);
  expect([...loadedLater(read, 'page.html')].sort()).toEqual(['later.js', 'only-later.js']);
});
