/** Reading the records on disk, apart from their writing, so that pages need not load that. */
import * as v from 'valibot';
import { type Counts, noCounts } from '../../domain/counts.ts';
import type { Failure } from '../../domain/failure.ts';
import { openDatabase } from './database.ts';
import { fromRow } from './stored-failure.ts';

export const StoredCounts: v.GenericSchema<unknown, Counts> = v.object({
  open: v.record(v.string(), v.number()),
  unseen: v.number(),
});

/** The counts in a stored value; none at all for a value that can't be read. */
export function parseCounts(stored: unknown): Counts {
  const parsed = v.safeParse(StoredCounts, stored);
  return parsed.success ? parsed.output : noCounts;
}

export async function storedCounts(): Promise<Counts> {
  return parseCounts(await (await openDatabase()).get('meta', 'counts'));
}

const readable = (rows: readonly unknown[]): Failure[] => rows.flatMap((row) => fromRow(row) ?? []);

/** The newest `limit` open failures of one reason, newest first. */
export async function storedOpen(reason: string, limit: number): Promise<Failure[]> {
  const db = await openDatabase();
  const range = IDBKeyRange.bound([reason], [reason, []]);
  return readable(await db.getAllFromIndex('failures', 'open', range, limit));
}

export async function storedFailure(id: string): Promise<Failure | undefined> {
  return fromRow(await (await openDatabase()).get('failures', id));
}

/** Failures with an attempt under way. */
export async function storedRetrying(): Promise<Failure[]> {
  return readable(await (await openDatabase()).getAllFromIndex('failures', 'retrying'));
}
