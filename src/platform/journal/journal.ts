import type { Counts } from '../../domain/counts.ts';
import type { DownloadSnapshot, Failure } from '../../domain/failure.ts';
import type { Retention } from '../../domain/retention.ts';

/** What a record becomes; undefined when it stays as it is. Runs inside a transaction, so it can't wait. */
export type Change = (failure: Failure) => Failure | undefined;

/**
 * What the record of a snapshot becomes, given the failures that it could belong to; undefined when nothing
 * changes.
 */
export type Observe = (candidates: Failure[], snapshot: DownloadSnapshot) => Failure | undefined;

/** Failures that are changed together: those that the badge counts, that wait for a retry, that are open. */
export type Selection = 'unseen' | 'queued' | 'open' | { openReason: string };

/** A place where failures are kept. Every write gives the records that it changed. */
export interface FailureStore {
  /** Brings the records in line with what the browser shows. */
  observe(snapshots: readonly DownloadSnapshot[], decide: Observe): Promise<Failure[]>;
  /** Changes the records with these ids; unknown ids are passed over. */
  change(ids: readonly string[], decide: Change): Promise<Failure[]>;
  /** Changes every record of a selection. */
  changeAll(selection: Selection, decide: Change): Promise<Failure[]>;
  /** Removes the records with these ids for good. */
  remove(ids: readonly string[]): Promise<void>;
  failure(id: string): Promise<Failure | undefined>;
  /** Failures with an attempt under way. */
  retrying(): Promise<Failure[]>;
  /** Of each host that is not in `busy`, the failure whose retry is first in line. */
  queue(busy: ReadonlySet<string>): Promise<Failure[]>;
  counts(): Promise<Counts>;
}

/** How many failures of an export file were new, took the place of a record that knew less, or told nothing new. */
export interface Merged {
  added: number;
  updated: number;
  unchanged: number;
  /** Of private windows, which are never written to disk. */
  leftOut: number;
}

/** The failures on disk. */
export interface StoredJournal extends FailureStore {
  /** As in any store, without those whose ids are in `except`. */
  queue(busy: ReadonlySet<string>, except?: ReadonlySet<string>): Promise<Failure[]>;
  /** The failures of a selection. */
  selected(selection: Selection): Promise<Failure[]>;
  /** The failures that any of these snapshots could belong to. */
  candidates(snapshots: readonly DownloadSnapshot[]): Promise<Failure[]>;
  /** Takes over failures that were kept elsewhere; one that is there already is brought up to date. */
  adopt(failures: readonly Failure[]): Promise<void>;
  /** Takes in failures from an export file, each id once: all of them, or none if anything goes wrong. */
  merge(failures: readonly Failure[]): Promise<Merged>;
  /** Items that started before this time (ms since the epoch) need no further look; undefined before the first. */
  settledBefore(): Promise<number | undefined>;
  setSettledBefore(time: number): Promise<void>;
  /** Makes the counts anew from the records if they disagree. Gives whether they did. */
  repairCounts(): Promise<boolean>;
  /** Forgets at most `step` of the failures that are beyond the limits, oldest first. Gives how many. */
  trim(retention: Retention, now: number, step: number): Promise<number>;
  /** Notes that the person has seen how the round ended. */
  closeRound(id: number): Promise<void>;
  /** Destroys all records and begins anew. */
  reset(): Promise<void>;
}

/** Whether the record on disk can be read and written, and if not, why. */
export type JournalHealth =
  | { state: 'fine' }
  | {
      state: 'broken';
      /** Made by a newer version of the extension, no space left, or anything else. */
      cause: 'newer' | 'full' | 'damaged';
      /** The browser's own word. */
      message: string;
    };

export function healthOf(error: unknown): JournalHealth {
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
  const cause = name === 'VersionError' ? 'newer' : name === 'QuotaExceededError' ? 'full' : 'damaged';
  return { state: 'broken', cause, message };
}
