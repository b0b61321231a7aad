import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../../tools/paths.ts';
import { releaseNotes, shownNotes } from '../../../tools/release-notes.ts';

const changelog = `# Changelog

## [1.1.0] - 2027-02-01

### Fixed

- One thing.

## [1.0.0] - 2027-01-01

- All of it.

## [0.9.0] - unreleased

- Not yet.

## [0.8.0] - 2026-01-01
`;

describe('the notes of a release', () => {
  it("are its version's section, without the heading and without the next section", () => {
    expect(releaseNotes(changelog, '1.1.0')).toBe('### Fixed\n\n- One thing.');
  });

  it.each([
    ['that the changelog does not name', '2.0.0', 'no section'],
    ['that only begins alike', '1.1', 'no section'],
    ['without a date', '0.9.0', 'no date'],
    ['of which nothing is said', '0.8.0', 'says nothing'],
  ])('are refused for a version %s', (_what, version, why) => {
    expect(() => releaseNotes(changelog, version)).toThrow(why);
  });

  it('can be taken from the changelog as it is, once the version has its date', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'manifest.json'), 'utf8'));
    const real = readFileSync(join(root, 'CHANGELOG.md'), 'utf8').replace('unreleased', '2027-01-01');
    expect(releaseNotes(real, version)).toMatch(/^### Added\n\n- /);
  });
});

describe('what the history page shows of a version', () => {
  const shown = (...lines: string[]) =>
    shownNotes(`## [1.0.0] - unreleased\n\n${lines.join('\n')}\n`, '1.0.0');

  it('is there before the version has its date', () => {
    expect(shownNotes(changelog, '0.9.0')).toEqual([{ items: ['Not yet.'] }]);
  });

  it('is refused where nothing is said', () => {
    expect(() => shownNotes(changelog, '0.8.0')).toThrow('says nothing');
    expect(() => shownNotes(changelog, '2.0.0')).toThrow('no section');
  });

  it('has headings, paragraphs and lists, whose lines may go on in the next', () => {
    const lines = [
      'In short:',
      'more.',
      '',
      '### Added',
      '',
      '- One,',
      '  of two lines.',
      '- Two.',
      '',
      '* Three.',
    ];
    expect(shown(...lines, '', '### Fixed', 'A paragraph.')).toEqual([
      { paragraph: 'In short: more.' },
      { heading: 'Added' },
      { items: ['One, of two lines.', 'Two.', 'Three.'] },
      { heading: 'Fixed' },
      { paragraph: 'A paragraph.' },
    ]);
  });

  it('takes what is listed further in for items like the others', () => {
    expect(shown('- One:', '  - a part', '- Two.')).toEqual([{ items: ['One:', 'a part', 'Two.'] }]);
  });

  it.each([
    ['a [link](https://host.example/a_b)', 'a link'],
    ['**Bold**, *so* and `code`', 'Bold, so and code'],
    ['2 * 3 * 4, a_b, <b> & "c" - d', '2 * 3 * 4, a_b, <b> & "c" - d'],
  ])('is of %s the text: %s', (markdown, text) => {
    expect(shown(`- ${markdown}`)).toEqual([{ items: [text] }]);
  });

  it('has, of the changelog as it is, no mark that was not read', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'manifest.json'), 'utf8'));
    const notes = shownNotes(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), version);
    expect(notes.length).toBeGreaterThan(0);
    expect(JSON.stringify(notes)).not.toMatch(/\]\(|\*\*|`|\\n|https?:/);
  });
});
