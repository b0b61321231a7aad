/** One line that is changed, so that the product does something wrong. */
export interface Defect {
  /** What goes wrong. */
  name: string;
  /** Below `src/`. */
  file: string;
  line: string;
  /** What stands in its place. */
  instead: string;
}

/** Each breaks one thing that the test checks, and is to be found by the few steps of `npm test`. */
export const defects: readonly Defect[] = [
  {
    name: 'a completed attempt does not close its failure',
    file: 'domain/observe.ts',
    line: "if (status.suspicion === undefined) return { ...base, state: 'completed', endedAt: now };",
    instead: "if (status.suspicion === undefined) return { ...base, state: 'another-file', endedAt: now };",
  },
  {
    name: 'a failure that was dismissed is not known by its file',
    file: 'domain/observe.ts',
    line: 'if (isRecovered(failure) || failure.attempts.some((attempt) => item && attempt.item?.key === item.key))',
    instead:
      'if (isRecovered(failure) || failure.dismissed || failure.attempts.some((attempt) => item && attempt.item?.key === item.key))',
  },
  {
    name: 'a failure is one more with each look',
    file: 'domain/observe.ts',
    line: 'attempt.reason !== status.reason &&',
    instead: "attempt.reason !== '' &&",
  },
  {
    name: 'an attempt that never began waits for ever when the background died over it',
    file: 'background/retrier.ts',
    line: 'if (left > 0 && left <= longestLimit) {',
    instead: 'if (left <= longestLimit) {',
  },
  {
    name: 'what was dismissed is counted',
    file: 'domain/counts.ts',
    line: 'if (!isOpen(failure)) return { ...counts, unseen, round };',
    instead: "if (stateOf(failure) === 'recovered') return { ...counts, unseen, round };",
  },
];
