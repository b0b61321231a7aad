import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { classify, knownReasons } from '../../src/domain/reasons.ts';

const messages: Record<string, { message: string }> = JSON.parse(
  readFileSync(new URL('../../public/_locales/en/messages.json', import.meta.url), 'utf8'),
);

describe('the words for a reason', () => {
  it.each([...knownReasons, 'NOBODY_KNOWS'])('%s has a title and a remedy in both browsers', (reason) => {
    for (const browser of ['chrome', 'firefox'] as const) {
      const { textStem } = classify(reason, browser);
      const title = messages[`reason_${textStem}_title`]?.message;
      const remedy = messages[`reason_${textStem}_remedy`]?.message;
      expect(title, textStem).toMatch(/^\p{Lu}.*[^.]$/u);
      expect(remedy, textStem).toMatch(/^\p{Lu}.*\.$/u);
      expect(`${title}${remedy}`).not.toContain('_');
    }
  });
});
