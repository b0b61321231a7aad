import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Note } from '../src/history/release-notes.ts';
import { root } from './paths.ts';
import { Problem } from './problem.ts';

/** The section of a version in the changelog, which has the form of Keep a Changelog. */
function sectionOf(changelog: string, version: string): { heading: string; notes: string } {
  const sections = changelog.split(/^(?=## )/m);
  const section = sections.find((one) => one.startsWith(`## [${version}]`));
  if (section === undefined) throw new Problem(`CHANGELOG.md has no section “## [${version}]”.`);
  const [heading = '', ...lines] = section.split('\n');
  const notes = lines.join('\n').trim();
  if (notes === '') throw new Problem(`CHANGELOG.md says nothing of what ${version} changes.`);
  return { heading, notes };
}

/**
 * What the changelog says of a version, without its heading.
 *
 * Throws a {@link Problem} if it says nothing, or gives the version no date yet.
 */
export function releaseNotes(changelog: string, version: string): string {
  const { heading, notes } = sectionOf(changelog, version);
  if (!/ - \d{4}-\d\d-\d\d\s*$/.test(heading)) {
    throw new Problem(`In CHANGELOG.md, the heading “${heading}” has no date such as 2027-01-31.`);
  }
  return notes;
}

/**
 * The same for the history page, also while the version has no date: headings, paragraphs and lists of one level, as
 * text without links and emphasis.
 */
export function shownNotes(changelog: string, version: string): Note[] {
  const notes: Note[] = [];
  for (const block of sectionOf(changelog, version).notes.split(/\n{2,}|\n(?=\s*[-*] |#)|(?<=^#.*)\n/m)) {
    const [, mark = '', source = ''] = /^\s*(#+ |[-*] )?(.*)$/s.exec(block) ?? [];
    const text = plainText(source);
    const last = notes.at(-1);
    if (mark.startsWith('#')) notes.push({ heading: text });
    else if (mark === '') notes.push({ paragraph: text });
    else if (last && 'items' in last) last.items.push(text);
    else notes.push({ items: [text] });
  }
  return notes;
}

const plainText = (markdown: string): string =>
  markdown
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/(\*\*|\*|`)(\S(?:.*?\S)?)\1/g, '$2');

/** Prints the notes of the manifest's version, for the release. */
export default async function main(): Promise<number> {
  const { version } = JSON.parse(readFileSync(join(root, 'manifest.json'), 'utf8'));
  console.log(releaseNotes(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), version));
  return 0;
}
