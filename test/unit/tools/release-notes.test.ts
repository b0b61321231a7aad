import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../../tools/paths.ts';
import { releaseNotes } from '../../../tools/release-notes.ts';

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
