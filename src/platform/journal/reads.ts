/**
 * How pages read the journal: directly, without waking the background. Only in private windows of Firefox, which have
 * no database, they ask the background, which runs the same reads for them.
 */
import * as v from 'valibot';
import { countsSchema, noCounts, recountKept } from '../../domain/counts.ts';
import { causeOf, type Failure, failureSchema, isOpen } from '../../domain/failure.ts';
import { isRetriable } from '../../domain/retry-policy.ts';
import { searchable, searchedText, searchFor, wordsOf } from '../../domain/search.ts';
import { longestAgeOf } from '../../domain/settings.ts';
import { send } from '../messages.ts';
import { inPrivateFirefox } from '../private-page.ts';
import { readSettings, standardSettings } from '../settings.ts';
import { openDatabase } from './database.ts';
import { healthAfter, healthSchema, type JournalHealth } from './health.ts';
import { inSession } from './in-session.ts';
import { readKept } from './memory.ts';
import * as stored from './stored.ts';
import type { Find } from './work.ts';

/** Which open failures to read, and how many of each reason. */
const limitsSchema = v.object({
  /** Of each reason; null to share a small number among all reasons. */
  standard: v.nullable(v.number()),
  /** Reasons with a different limit. */
  of: v.record(v.string(), v.number()),
  /** What to look for in names, addresses and the titles of reasons and causes; null for all failures. */
  search: v.nullable(
    v.object({
      words: v.string(),
      titles: v.record(v.string(), v.string()),
      causes: v.record(v.string(), v.string()),
    }),
  ),
});
export type Limits = v.InferOutput<typeof limitsSchema>;

const openFailuresSchema = v.object({
  health: healthSchema,
  counts: countsSchema,
  /** By reason, newest first, as many as were asked for. */
  failures: v.map(v.string(), v.array(failureSchema)),
  /** How many there are of each reason, or how many a search found. */
  found: v.record(v.string(), v.number()),
  /** How many of each reason would be tried again together. */
  retriable: v.record(v.string(), v.number()),
  /** How many were read of a reason at most, where no other number was asked for. */
  standard: v.number(),
});
export type OpenFailures = v.InferOutput<typeof openFailuresSchema>;

/** Where in the history to begin (`next` of an earlier stretch, null for the newest), and about how many to read. */
const stretchSchema = v.object({ from: v.nullable(v.number()), limit: v.number() });

const foundSchema = v.object({
  /** Of this read and of earlier writes. */
  health: healthSchema,
  /** Whether the disk could be read; if not, there may be more than these. */
  readable: v.boolean(),
  failures: v.array(failureSchema),
});
export type FoundFailures = v.InferOutput<typeof foundSchema>;

/** Newest first, after those kept in memory. Failures of the same moment may come twice. */
const historySchema = v.object({
  ...foundSchema.entries,
  /** Where the next stretch begins; null after the last. */
  next: v.nullable(v.number()),
});
/** A part of the history. */
export type Stretch = v.InferOutput<typeof historySchema>;

/** By name: how the background reads for a page that can't. */
const forPages = new Map<string, (asked: unknown) => Promise<unknown>>();

function define<Asked, Given>(
  what: string,
  asked: v.GenericSchema<unknown, Asked>,
  given: v.GenericSchema<unknown, Given>,
  read: (wanted: Asked) => Promise<Given>,
): (wanted: Asked) => Promise<Given> {
  forPages.set(what, (wanted) => read(v.parse(asked, wanted)));
  return async (wanted) =>
    inPrivateFirefox ? v.parse(given, await send({ command: 'read', what, asked: wanted })) : read(wanted);
}

/** Reads for a page in a private window of Firefox. */
export async function readForPage(what: string, asked: unknown): Promise<unknown> {
  const read = forPages.get(what);
  if (!read) throw new Error(`Nothing is called ${what}.`);
  return read(asked);
}

/** How many rows all reasons share, and the most and the least of one reason. */
const SHARED = { together: 12, most: 12, least: 2 };

/** Makes the test for a search. */
function matching({ words, titles, causes }: NonNullable<Limits['search']>) {
  const has = searchFor(words);
  const namedIn = (all: Record<string, string>): Map<string, string> =>
    new Map(Object.entries(all).map(([name, title]) => [name, searchable(`${title} ${name}`)]));
  const [ofReason, ofCause] = [namedIn(titles), namedIn(causes)];
  // To read a cause takes long.
  const mayBeCause = [...ofCause.values()].some((title) =>
    wordsOf(words).some((word) => title.includes(word)),
  );
  return (sought: stored.Sought): boolean => {
    const texts = [searchedText(sought), ofReason.get(sought.reason) ?? ''];
    return has(...texts) || (mayBeCause && has(...texts, ofCause.get(sought.cause() ?? '') ?? ''));
  };
}

/** Counts by reason, to which `add` adds. */
function createTally() {
  const counts: Record<string, number> = {};
  return {
    counts,
    add(reason: string, count: number): void {
      counts[reason] = (counts[reason] ?? 0) + count;
    },
  };
}

/** Reads the counts and, of each reason, the newest open failures within the limits. */
export const readOpenFailures = define(
  'open-failures',
  limitsSchema,
  openFailuresSchema,
  async ({ standard: asked, of, search }) => {
    const disk = createDisk();
    let standard = asked ?? SHARED.most;
    const limitOf = (reason: string): number =>
      (Object.hasOwn(of, reason) ? of[reason] : undefined) ?? standard;
    const isMatch = search ? matching(search) : () => true;
    // First, as it takes longest. Whoever reads from it meets its error.
    const opening = openDatabase();
    opening.catch(() => undefined);
    // Counts must not fail because settings can't be read.
    const recentSince = readSettings()
      .catch(() => standardSettings)
      .then((settings) => Date.now() - longestAgeOf(settings));
    const openOnDisk = disk.read(
      async () => {
        // The settings take no longer than the database does to open.
        const [since] = await Promise.all([recentSince, opening]);
        return stored.open(
          (reasons) => {
            const share = Math.floor(SHARED.together / reasons.length);
            standard = asked ?? Math.max(SHARED.least, Math.min(SHARED.most, share));
            return limitOf;
          },
          search ? isMatch : undefined,
          since,
        );
      },
      { counts: noCounts, byReason: new Map<string, stored.OpenOfReason>() },
    );
    const [onDisk, kept, closed, since, known] = await Promise.all([
      openOnDisk,
      disk.kept(),
      inSession.closedRound.read(),
      recentSince,
      inSession.health.read(),
    ]);
    const counts = recountKept(onDisk.counts, kept, closed);
    const isSought = (failure: Failure): boolean =>
      isOpen(failure) && isMatch({ ...failure, cause: () => causeOf(failure) });
    const inMemory = [...kept.failures.values()].filter(isSought);
    const reasons = Object.keys(counts.open);
    const newestOf = (reason: string): Failure[] =>
      [
        ...(onDisk.byReason.get(reason)?.failures ?? []).filter(({ id }) => !kept.failures.has(id)),
        ...inMemory.filter((failure) => failure.reason === reason),
      ]
        .sort((one, other) => other.failedAt - one.failedAt)
        .slice(0, limitOf(reason));

    const isRecent = (failure: Failure): boolean => isRetriable(failure) && failure.failedAt >= since;
    const found = createTally();
    const retriable = createTally();
    for (const [reason, of] of onDisk.byReason) {
      found.add(reason, of.count);
      retriable.add(reason, of.retriable);
    }
    for (const [failures, sign] of [
      [kept.replaced, -1],
      [kept.failures, 1],
    ] as const) {
      for (const failure of failures.values()) {
        if (isSought(failure)) found.add(failure.reason, sign);
        if (isRecent(failure)) retriable.add(failure.reason, sign);
      }
    }
    return {
      health: await disk.health(known),
      counts,
      failures: new Map(reasons.map((reason) => [reason, newestOf(reason)])),
      found: found.counts,
      retriable: retriable.counts,
      standard,
    };
  },
);

/** The failures with these ids, in any order; unknown ids are passed over. */
export const readFailures = define(
  'failures',
  v.pipe(v.array(v.string()), v.readonly()),
  foundSchema,
  async (ids) => {
    const disk = createDisk();
    const { failures } = await disk.kept();
    const onDisk = await disk.find({ ids: ids.filter((id) => !failures.has(id)) });
    return disk.found([...ids.flatMap((id) => failures.get(id) ?? []), ...onDisk]);
  },
);

/** Reads a stretch of the history. The first one also has all that is kept in memory. */
export const readHistory = define('history', stretchSchema, historySchema, async ({ from, limit }) => {
  const disk = createDisk();
  const [kept, { failures, next }] = await Promise.all([
    disk.kept(),
    disk.read(() => stored.newest(from, limit), { failures: [], next: null }),
  ]);
  const onDisk = failures.filter(({ id }) => !kept.failures.has(id));
  return { ...(await disk.found(from === null ? [...kept.failures.values(), ...onDisk] : onDisk)), next };
});

/** The disk as one read finds it: it may be broken. */
function createDisk() {
  let error: unknown;

  /** Returns `otherwise` if the disk can't be read. */
  async function read<Result>(work: () => Promise<Result>, otherwise: Result): Promise<Result> {
    try {
      return await work();
    } catch (caught) {
      error = caught;
      return otherwise;
    }
  }
  const find: Find = (selection) => read(() => stored.find(selection), []);

  /** Of this read and of what the background did before, which is `known`. */
  async function health(known: JournalHealth): Promise<JournalHealth> {
    return error === undefined || known.state === 'broken' ? known : healthAfter(error, known);
  }

  return {
    read,
    find,
    health,
    /** What is kept in memory. */
    kept: () => readKept(inSession, find),
    async found(failures: Failure[]): Promise<FoundFailures> {
      return { health: await health(await inSession.health.read()), readable: error === undefined, failures };
    },
  };
}
