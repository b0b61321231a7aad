/**
 * Shows notifications about failures: one for each host, and only for what the popup has not shown. If the background
 * dies, a notification may be lost, but its failures are still in the journal and on the badge.
 */
import { currentAttempt, type Failure, isChosen, isUnseen, stateOf } from '../domain/failure.ts';
import { hostOf } from '../domain/file-name.ts';
import { isSuspicion } from '../domain/reasons.ts';
import type { Journal } from '../platform/journal/journal.ts';
import { unattended } from '../platform/unattended.ts';

/** What one notification is about. */
export type News =
  | { kind: 'one'; failure: Failure }
  | { kind: 'some'; host: string; count: number; suspect: boolean }
  /** Names nothing from private windows. */
  | { kind: 'private'; suspect: boolean };

export interface NotifierOptions {
  journal: Pick<Journal, 'failure'>;
  wanted: () => Promise<boolean>;
  /** Shows a notification, replacing an earlier one with the same `id`. */
  show: (id: string, news: News) => Promise<void>;
  /** How long (ms) to wait for more failures, and for an open popup to show them. */
  patience?: number;
}

export function createNotifier({ journal, wanted, show, patience = 2_000 }: NotifierOptions): {
  notice(failures: readonly Failure[]): void;
} {
  const pending = new Set<string>();

  async function tell(): Promise<void> {
    const ids = [...pending];
    pending.clear();
    if (!(await wanted())) return;
    const together = new Map<string, Failure[]>();
    for (const id of ids) {
      const failure = await journal.failure(id);
      if (!failure || !isNews(failure)) continue;
      const where = failure.incognito ? 'private' : `host ${hostOf(failure.url)}`;
      // Of what may be fine nobody says that it failed.
      const name = isSuspicion(failure.reason) ? `${where}, suspect` : where;
      together.set(name, [...(together.get(name) ?? []), failure]);
    }
    for (const [name, failures] of together) {
      const [first] = failures;
      if (!first) continue;
      const suspect = isSuspicion(first.reason);
      const [host, count] = [hostOf(first.url), failures.length];
      if (first.incognito) await show(name, { kind: 'private', suspect });
      else if (count === 1) await show(name, { kind: 'one', failure: first });
      else await show(name, { kind: 'some', host, count, suspect });
    }
  }

  return {
    notice(failures) {
      const news = failures.filter(isNews);
      if (news.length === 0) return;
      if (pending.size === 0) setTimeout(() => unattended(tell()), patience);
      for (const { id } of news) pending.add(id);
    },
  };
}

/** False for what the person cancelled or has seen, and for what is being retried or will be. */
function isNews(failure: Failure): boolean {
  const last = currentAttempt(failure);
  if (last.state !== 'failed' || isChosen(last.reason, failure.browser)) return false;
  return isUnseen(failure) && stateOf(failure) === 'failed';
}
