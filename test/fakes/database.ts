/** The journal's database, past the journal. */
import type { Failure } from '../../src/domain/failure.ts';
import { openDatabase } from '../../src/platform/journal/database.ts';
import { adopting } from '../../src/platform/journal/memory.ts';
import * as stored from '../../src/platform/journal/stored.ts';

export const database = openDatabase;

/** Writes failures to disk. */
export const store = (failures: readonly Failure[]): Promise<Failure[]> => stored.write(adopting(failures));

export const storedFailure = async (id: string): Promise<Failure | undefined> =>
  (await stored.find({ ids: [id] }))[0];

/** The one failure on disk; throws if there are more, or none. */
export async function onlyStored(): Promise<Failure> {
  const [failure, ...others] = (await stored.newest(null, 100)).failures;
  if (!failure || others.length > 0) throw new Error(`There are ${others.length + 1} records.`);
  return failure;
}

/** The newest `limit` open failures of one reason, newest first. */
export const storedOpen = async (reason: string, limit: number): Promise<readonly Failure[]> =>
  (await stored.open(() => () => limit, undefined, 0)).byReason.get(reason)?.failures ?? [];

/** Forgets at most `step` of what is beyond the limits at a time (ms since the epoch), and gives how many. */
export async function trim(...limits: Parameters<typeof stored.beyond>): Promise<number> {
  return stored.forget([...(await stored.beyond(...limits)).keys()]);
}
