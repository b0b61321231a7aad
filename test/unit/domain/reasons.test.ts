import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { categories, classify, knownReasons } from '../../../src/domain/reasons.ts';
import { expectedReasons } from '../../e2e/reasons/expected-reasons.ts';

describe('classifying a reason', () => {
  it('knows every reason that the browsers give', () => {
    expect(knownReasons.toSorted()).toEqual(expectedReasons.map(({ reason }) => reason).toSorted());
  });

  it('puts an unknown reason into the category that its prefix names, and never calls it transient', () => {
    expect(classify('SERVER_ON_FIRE', 'chrome')).toMatchObject({
      category: 'server',
      prognosis: 'fixable',
      known: false,
    });
    expect(classify('constructor', 'chrome')).toMatchObject({ category: 'misc', known: false });
  });

  it('classifies any string', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('chrome', 'firefox'), (reason, browser) => {
        const meaning = classify(reason, browser);
        expect(categories).toContain(meaning.category);
        if (!meaning.known) expect(meaning.prognosis).not.toBe('transient');
      }),
    );
  });

  it('takes CRASH in Firefox for an address that can not be opened, and in Chrome for a crash', () => {
    expect(classify('CRASH', 'firefox')).toMatchObject({ prognosis: 'fixable', textStem: 'CRASH_firefox' });
    expect(classify('CRASH', 'chrome')).toMatchObject({ prognosis: 'transient', textStem: 'CRASH' });
  });

  it('has its own reasons for what the browser calls complete, and one text for what nobody knows', () => {
    expect(classify('SUSPECT_CUT_SHORT', 'chrome')).toEqual({
      ...{ reason: 'SUSPECT_CUT_SHORT', category: 'server', prognosis: 'transient', known: true },
      textStem: 'SUSPECT_CUT_SHORT',
    });
    expect(classify('SERVER_ON_FIRE', 'chrome').textStem).toBe('unknown');
  });
});
