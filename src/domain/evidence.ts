/**
 * The evidence of requests, and which failure and attempt it belongs to. The browser doesn't say; address, time and
 * privacy do.
 */
import * as v from 'valibot';
import { isRefusal } from './diagnosis.ts';
import {
  type DownloadSnapshot,
  diagnosisOf,
  type Evidence,
  evidenceSchema,
  type Failure,
  isChosen,
  tellingAttempt,
} from './failure.ts';
import { withoutFragment } from './file-name.ts';
import { isSuspicion } from './reasons.ts';
import { addressKeys } from './same-file.ts';

/** How a page asked for what may have been a file: see `never-began.ts`. */
const navigationSchema = v.object({
  /** The address of the page. */
  page: v.string(),
  /** Whether it was for a frame. */
  framed: v.boolean(),
  /** The name in the header of an attachment, empty if that has none; null without such a header. */
  attachment: v.nullable(v.string()),
  /** Whether the browser asks the person for a password. */
  asksPassword: v.boolean(),
  /** Firefox's container. */
  cookieStoreId: v.nullable(v.string()),
});

/** A request as it was seen, with the redirects that led to it. */
const seenRequestSchema = v.object({
  ...v.omit(evidenceSchema, ['url', 'endedAt']).entries,
  /** The browser's id of the request, the same in all that we hear of it. */
  id: v.string(),
  /** Each address that was requested, and its method: without fragments, in order. */
  steps: v.array(v.object({ url: v.string(), method: v.string() })),
  /** When the last of them answered or, if it never did, the request ended: ms since the epoch. */
  at: v.number(),
  /** When it ended (ms since the epoch); null while it is under way. */
  endedAt: v.nullable(v.number()),
  incognito: v.boolean(),
  /** Until it is clear whether there is a download of it. */
  navigation: v.optional(navigationSchema),
});
export type SeenRequest = v.InferOutput<typeof seenRequestSchema>;
export const seenRequestsSchema = v.array(seenRequestSchema);

/** A download can start this long (ms) after its answer: the browser may first ask the person whether to save it. */
const BEFORE_START_MS = 60_000;
/** It can also seem to start this long (ms) before it: different parts of the browser note the two times. */
const AFTER_START_MS = 1_000;
/** How far apart (ms) the browser tells of the ends of a download and of its request. */
const APART_MS = 5_000;
/** How long (ms) after the end of a download its request can seem to have been answered. */
const AFTER_END_MS = 1_000;

/**
 * How far apart (ms) the two ends may be where another download of the same address was under way, and how much farther
 * apart that one's must be.
 */
const NEAR_MS = 500;
const FAR_MS = 1_000;

/** The last request to an address. */
const stepTo = ({ steps }: SeenRequest, url: string) =>
  steps.findLast((step) => step.url === withoutFragment(url));

type Asked = Pick<Failure, 'url' | 'finalUrl' | 'incognito'>;

const isAbout = (request: SeenRequest, { url, finalUrl, incognito }: Asked): boolean =>
  request.incognito === incognito && (stepTo(request, finalUrl) ?? stepTo(request, url)) !== undefined;

/**
 * How a download that began at `startedAt` asked for its file, if one of the `requests` (oldest first), not after
 * `latest`, shows it. Requests to the same address at another time don't count.
 */
export function askedFor(
  download: Asked & { startedAt: number },
  requests: readonly SeenRequest[],
  latest: number = Infinity,
): { url: string; method: string | null } | undefined {
  const { url, finalUrl, startedAt } = download;
  const request = requests.findLast(
    (one) =>
      isAbout(one, download) &&
      one.at >= startedAt - BEFORE_START_MS &&
      one.at <= Math.min(startedAt + AFTER_START_MS, latest),
  );
  if (!request) return undefined;
  const asked = stepTo(request, url)?.method;
  const last = stepTo(request, finalUrl)?.method;
  // The form only led to the address of the file, which can be requested without it.
  if (asked !== undefined && asked !== 'GET' && last === 'GET') return { url: finalUrl, method: last };
  return { url, method: asked ?? last ?? null };
}

/** The failure with its request method, if that was unknown and one of the `requests` (oldest first) shows it. */
export function withMethod(failure: Failure, requests: readonly SeenRequest[]): Failure {
  const [first, ...others] = failure.attempts;
  // A running retry is found by its address, so don't change that.
  if (failure.method !== null || others.length > 0) return failure;
  const { url, finalUrl, incognito } = failure;
  const download = { url, finalUrl, incognito, startedAt: first.startedAt };
  const asked = askedFor(download, requests, 'endedAt' in first ? first.endedAt : Infinity);
  return asked ? { ...failure, ...asked } : failure;
}

/** Until when (ms since the epoch) a failure's server wants no requests, by the newest of the `requests`; else 0. */
export const serverWait = (failure: Failure, requests: readonly SeenRequest[]): number =>
  requests.findLast((request) => isAbout(request, failure))?.waitUntil ?? 0;

/** Whether two requests ended in the same way. */
const endedAlike = (one: SeenRequest, other: SeenRequest): boolean =>
  one.status === other.status && one.error === other.error;

/** Whether both were under way at about one time: then the end of one can be taken for that of the other. */
const overlap = (one: SeenRequest, other: SeenRequest): boolean =>
  one.at < (other.endedAt ?? Infinity) + NEAR_MS && other.at < (one.endedAt ?? Infinity) + NEAR_MS;

/**
 * The request of an attempt that ended at `endedAt`: the one that ended nearest to that. While another request to the
 * same address was under way as well, and ended in another way or not yet, it has to have ended far nearer than that.
 */
function requestOf(
  attempt: Asked & { endedAt: number },
  requests: readonly SeenRequest[],
): SeenRequest | undefined {
  const about = requests.filter((one) => isAbout(one, attempt));
  const apart = ({ endedAt }: SeenRequest): number =>
    endedAt === null ? Infinity : Math.abs(endedAt - attempt.endedAt);
  const [nearest] = about
    .filter(
      (one) =>
        apart(one) <= APART_MS &&
        // What was answered only later is of the next press.
        one.at <= attempt.endedAt + AFTER_END_MS,
    )
    .sort((one, other) => apart(one) - apart(other));
  if (!nearest) return undefined;
  const rivals = about.filter((other) => overlap(nearest, other) && !endedAlike(nearest, other));
  const isClear = rivals.every(
    (rival) => apart(nearest) <= NEAR_MS && apart(rival) - apart(nearest) >= FAR_MS,
  );
  return isClear ? nearest : undefined;
}

/** What is kept of a request with the attempt that it was for. */
export function evidenceIn(
  { steps, endedAt, ...seen }: SeenRequest,
  { url, finalUrl }: Pick<Asked, 'url' | 'finalUrl'>,
): Evidence {
  const { status, error, type, length, encoding, attachment, waitUntil, offline } = seen;
  const last = steps.at(-1)?.url;
  const moved = last !== undefined && last !== withoutFragment(url) && last !== withoutFragment(finalUrl);
  return {
    ...{ status, error, type, length, waitUntil, endedAt: endedAt ?? seen.at },
    ...(encoding !== undefined && { encoding }),
    ...(attachment && { attachment }),
    ...(offline && { offline }),
    ...(moved && { url: last }),
  };
}

/**
 * What was seen of the request of a download that completed at `endedAt` (ms since the epoch); undefined if none was
 * seen, or several that answered differently. Its end may still be to come.
 */
export function requestOfCompleted(
  download: DownloadSnapshot,
  requests: readonly SeenRequest[],
  endedAt: number,
): Evidence | undefined {
  const [one, ...others] = requests.filter(
    (request) =>
      request.error === null &&
      (request.status === 200 || request.status === 206) &&
      request.at >= download.startedAt - BEFORE_START_MS &&
      Math.abs((request.endedAt ?? endedAt) - endedAt) <= APART_MS &&
      // Last, as it takes longest and a look at everything asks it of each item.
      isAbout(request, download),
  );
  const answersAlike = ({ type, length, encoding }: SeenRequest): boolean =>
    type === one?.type && length === one.length && encoding === one.encoding;
  return one && others.every(answersAlike) ? evidenceIn(one, download) : undefined;
}

/** The failure with what the `requests` prove about its failed attempts, and the reason that follows from it. */
export function withEvidence(failure: Failure, requests: readonly SeenRequest[]): Failure {
  if (requests.length === 0) return failure;
  const known = failure.attempts.flatMap((one) =>
    one.state === 'failed' && one.evidence ? [one.evidence.endedAt] : [],
  );
  const free = requests.filter(({ endedAt }) => endedAt === null || !known.includes(endedAt));
  // Not always the last: while another attempt runs, one that fails is no news.
  const telling = tellingAttempt(failure);
  let { reason } = failure;
  const told = failure.attempts.map((attempt) => {
    if (attempt.state !== 'failed' || attempt.evidence || isChosen(attempt.reason, failure.browser))
      return attempt;
    // Its request went well.
    if (isSuspicion(attempt.reason)) return attempt;
    const { url, finalUrl } = attempt.download ?? failure;
    const asked = { url, finalUrl, incognito: failure.incognito };
    const request = requestOf({ ...asked, endedAt: attempt.endedAt }, free);
    if (!request) return attempt;
    free.splice(free.indexOf(request), 1);
    const proven = { ...attempt, evidence: evidenceIn(request, asked) };
    if (attempt === telling) reason = diagnosisOf(proven, failure.browser).reason;
    return proven;
  });
  const [first, ...others] = told;
  return first && told.some((attempt, index) => attempt !== failure.attempts[index])
    ? { ...failure, reason, attempts: [first, ...others] }
    : failure;
}

/** How long (ms) after an attempt's end the browser may still tell of its request. */
const LATE_MS = 60_000;

/** The keys of the failures that the requests heard of lately can be about. */
export const keysOfRecent = (requests: readonly SeenRequest[], now: number): string[] => [
  ...new Set(
    requests
      .filter(({ at, endedAt }) => now - (endedAt ?? at) <= LATE_MS)
      .flatMap(({ steps }) => steps.flatMap(({ url }) => addressKeys(url))),
  ),
];

/** How many requests we remember, and how many characters of addresses in all: session storage holds 10 MB. */
const MOST_REQUESTS = 200;
const MOST_CHARACTERS = 200_000;
/** How long (ms) to remember how a request ended: its download has ended by then. */
const LONGEST_MS = 10 * 60_000;

const tellsOfNext = ({ waitUntil, steps }: SeenRequest): boolean =>
  waitUntil !== null || steps.some(({ method }) => method !== 'GET');

/** What a request ends with when somebody cancels it, or when its browser goes on with it elsewhere. */
export const silent: ReadonlySet<string> = new Set(['net::ERR_ABORTED', 'NS_BINDING_ABORTED']);

/** Whether a request tells anything about a failure. */
const tells = (request: SeenRequest): boolean =>
  tellsOfNext(request) || isRefusal(request.status) || (request.error !== null && !silent.has(request.error));

/**
 * The requests to remember, oldest first, with what was just heard of one. Undefined if that isn't worth it: without a
 * form, a time to wait or a failure, it matters only if an earlier one for its address would be mistaken for it. The
 * failure of a page (`isPage`) doesn't, as no download comes of it.
 */
export function remember(
  known: readonly SeenRequest[],
  request: SeenRequest,
  isPage = false,
): SeenRequest[] | undefined {
  const isKnown = known.some(({ id }) => id === request.id);
  // Of the plain ones the first since is enough: people load the pages to which they sent a form again and again.
  const isMistakable = request.steps.some(({ url }) => {
    const last = known.findLast((one) => one.incognito === request.incognito && stepTo(one, url));
    return last !== undefined && tells(last);
  });
  const matters = isPage ? tellsOfNext(request) : tells(request);
  if (!matters && !isKnown && !isMistakable) return undefined;
  const all = (
    isKnown ? known.map((one) => (one.id === request.id ? request : one)) : [...known, request]
  ).filter((one) => tellsOfNext(one) || request.at - one.at <= LONGEST_MS);
  let characters = 0;
  const tooMany = all.findLastIndex(({ steps }) => {
    for (const { url } of steps) characters += url.length;
    return characters > MOST_CHARACTERS;
  });
  return all.slice(tooMany + 1).slice(-MOST_REQUESTS);
}
