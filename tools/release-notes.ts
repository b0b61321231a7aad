import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.ts';
import { Problem } from './problem.ts';

/**
 * What the changelog (in the form of Keep a Changelog) says of a version, without its heading.
 *
 * Throws a {@link Problem} if it says nothing, or gives the version no date yet.
 */
export function releaseNotes(changelog: string, version: string): string {
  const sections = changelog.split(/^(?=## )/m);
  const section = sections.find((one) => one.startsWith(`## [${version}]`));
  if (section === undefined) throw new Problem(`CHANGELOG.md has no section “## [${version}]”.`);
  const [heading = '', ...lines] = section.split('\n');
  if (!/ - \d{4}-\d\d-\d\d\s*$/.test(heading)) {
    throw new Problem(`In CHANGELOG.md, the heading “${heading}” has no date such as 2027-01-31.`);
  }
  const notes = lines.join('\n').trim();
  if (notes === '') throw new Problem(`CHANGELOG.md says nothing of what ${version} changes.`);
  return notes;
}

/** Prints the notes of the manifest's version, for the release. */
export default async function main(): Promise<number> {
  const { version } = JSON.parse(readFileSync(join(root, 'manifest.json'), 'utf8'));
  console.log(releaseNotes(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), version));
  return 0;
}
