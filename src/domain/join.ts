/** Makes one record of several that are of one file, as versions before 6 of the database kept them. */
import { type Attempt, type Failure, isChosen, isRecovered } from './failure.ts';
import { type Clues, cluesOf, compare, fileKeys } from './same-file.ts';

/** One record of two, with the attempts of both in the order in which they began. */
export function joined(one: Failure, other: Failure): Failure {
  const [earlier, later] =
    one.attempts[0].startedAt <= other.attempts[0].startedAt ? [one, other] : [other, one];
  const { url, finalUrl, filename } = later;
  const download = { url, finalUrl, filename };
  const [first, ...others] = earlier.attempts;
  const inOrder = [
    ...others,
    ...later.attempts.map(
      (attempt): Attempt =>
        attempt.kind === 'first' ? { ...attempt, kind: 'restart', by: 'elsewhere', download } : attempt,
    ),
  ].sort((a, b) => a.startedAt - b.startedAt);
  const [before, last] = one.failedAt <= other.failedAt ? [one, other] : [other, one];
  // What the person cancelled tells nothing about why the file isn't there.
  const telling = isChosen(last.reason, last.browser) ? before : last;
  return {
    ...telling,
    // Of what never began they may not be known.
    filename: telling.filename || before.filename || last.filename,
    mime: telling.mime ?? before.mime ?? last.mime,
    id: earlier.id,
    seen: one.seen && other.seen,
    dismissed: one.dismissed && other.dismissed,
    method: one.method ?? other.method,
    next: isRecovered(one) || isRecovered(other) ? null : (last.next ?? before.next),
    round: last.round ?? before.round,
    attempts: [first, ...inOrder],
  };
}

/** What tells whether records are of one file. */
interface Known {
  id: string;
  clues: Clues;
  failedAt: number;
  /** When the file came (ms since the epoch); undefined if it has not. */
  cameAt: number | undefined;
}

const knownOf = (failure: Failure): Known => ({
  id: failure.id,
  clues: cluesOf(failure),
  failedAt: failure.failedAt,
  cameAt: failure.attempts.find((attempt) => attempt.state === 'completed')?.endedAt,
});

/** Whether two records are of one file that has not come, or that came after the other one failed. */
const isOneFailure = (one: Known, other: Known): boolean =>
  (one.cameAt === undefined
    ? other.cameAt === undefined || other.cameAt >= one.failedAt
    : other.cameAt === undefined && one.cameAt >= other.failedAt) && compare(one.clues, other.clues).same;

/** Whether two records are of one file, so that they can be joined. */
export const areOfOneFile = (one: Failure, other: Failure): boolean =>
  isOneFailure(knownOf(one), knownOf(other));

/** Records that share a key and are looked at: more tell no files apart. */
const MOST_ALIKE = 100;

/** Finds records of one file among those it was shown. */
export class FileIndex {
  readonly #known = new Map<string, Known>();
  readonly #ids = new Map<string, string[]>();

  /** Shows it a record, in the place of one with the same id. */
  add(failure: Failure): void {
    const known = knownOf(failure);
    this.#known.set(failure.id, known);
    for (const key of fileKeys(known.clues)) {
      const ids = this.#ids.get(key) ?? [];
      ids.push(failure.id);
      this.#ids.set(key, ids);
    }
  }

  delete(id: string): void {
    this.#known.delete(id);
  }

  /** The id of another record of the same file. */
  find(failure: Failure): string | undefined {
    const wanted = knownOf(failure);
    const ids = fileKeys(wanted.clues).flatMap((key) => this.#ids.get(key)?.slice(-MOST_ALIKE) ?? []);
    return ids.find((id) => {
      const known = this.#known.get(id);
      return known !== undefined && id !== wanted.id && isOneFailure(known, wanted);
    });
  }
}

/**
 * Joins a record with all of the same file that the index was shown, and shows it the result. `take` gives the record
 * with an id and removes it from where it is.
 */
export async function joinInto(
  index: FileIndex,
  failure: Failure,
  take: (id: string) => Promise<Failure | undefined>,
): Promise<Failure> {
  let record = failure;
  for (let id = index.find(record); id !== undefined; id = index.find(record)) {
    index.delete(id);
    const known = await take(id);
    if (known) record = joined(known, record);
  }
  index.add(record);
  return record;
}

/** The records, with those of one file joined. */
export async function joinAll(failures: readonly Failure[]): Promise<Failure[]> {
  const index = new FileIndex();
  const all = new Map<string, Failure>();
  for (const failure of failures) {
    const record = await joinInto(index, failure, async (id) => {
      const known = all.get(id);
      all.delete(id);
      return known;
    });
    all.set(record.id, record);
  }
  return [...all.values()];
}
