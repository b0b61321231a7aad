import { type Counts, noCounts, recount } from '../../src/domain/counts.ts';
import type { Failure } from '../../src/domain/failure.ts';
import { firstInLine } from '../../src/domain/queue.ts';
import type { Journal } from '../../src/platform/journal/journal.ts';
import { isSelected } from '../../src/platform/journal/row.ts';

/** The parts of a journal that find failures and change them one by one, without a database. */
export class MemoryJournal implements Pick<Journal, 'find' | 'failure' | 'counts' | 'queue' | 'change'> {
  readonly #failures = new Map<string, Failure>();

  constructor(...failures: readonly Failure[]) {
    this.put(...failures);
  }

  put(...failures: readonly Failure[]): void {
    for (const failure of failures) this.#failures.set(failure.id, failure);
  }

  find: Journal['find'] = async (selection) =>
    [...this.#failures.values()].filter((failure) => isSelected(failure, selection));

  failure: Journal['failure'] = async (id) => this.#failures.get(id);

  counts = async (): Promise<Counts> =>
    [...this.#failures.values()].reduce((counts, failure) => recount(counts, undefined, failure), noCounts);

  queue: Journal['queue'] = async (busy) => firstInLine([...this.#failures.values()], busy);

  change: Journal['change'] = async (selection, decide) => {
    const changed = (await this.find(selection)).flatMap((before) => decide(before) ?? []);
    this.put(...changed);
    return changed;
  };
}
