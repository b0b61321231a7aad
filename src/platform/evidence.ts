/**
 * The evidence of requests: what became of them, how long the server wants us to wait (Retry-After, RFC 9110), and
 * whether they sent a form. Needs the optional permission to watch requests. Kept in session storage, because private
 * windows are among them, and only if it can tell something about a failure.
 */
import { remember, type SeenRequest, seenRequestsSchema } from '../domain/evidence.ts';
import { withoutFragment } from '../domain/file-name.ts';
import browser from './browser.ts';
import { coalesced } from './coalesced.ts';
import { isOnline } from './connection.ts';
import { createMutex } from './mutex.ts';
import { sessionValue } from './named-value.ts';
import { unattended } from './unattended.ts';

/** In characters. Requests to longer addresses are not remembered. */
const LONGEST_ADDRESS = 4_000;
/** In characters. The browsers' own errors are shorter, and so are types of files. */
const LONGEST_WORD = 300;

const stored = sessionValue('evidence', seenRequestsSchema, []);
const exclusive = createMutex();
/** Read once, as nobody else writes them. */
let requests: readonly SeenRequest[] | undefined;

async function read(): Promise<readonly SeenRequest[]> {
  requests ??= await stored.read();
  return requests;
}

/** Many requests can fail at one time. */
const write = coalesced(async () => stored.write([...(await read())]));

/** The remembered requests, oldest first, including what was heard a moment ago, and those under way. */
export const seenRequests = (): Promise<readonly SeenRequest[]> =>
  exclusive(async () => {
    const known = await read();
    const others = [...underWay.values()].flatMap(({ incognito, ...seen }) =>
      incognito === undefined || known.some(({ id }) => id === seen.id) ? [] : [{ ...seen, incognito }],
    );
    return [...whole, ...known, ...others];
  });

/** The time given by a Retry-After header (seconds from `now`, or a date), in ms since the epoch. */
function retryAfterTime(value: string, now: number): number | null {
  if (/^\s*\d+\s*$/.test(value)) return now + Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : date;
}

const permissions: Parameters<typeof browser.permissions.request>[0] = {
  permissions: ['webRequest'],
  origins: ['<all_urls>'],
};

/** Asks the person for permission to watch requests. Needs a click or key press. */
export const askToWatch = (): Promise<boolean> => browser.permissions.request(permissions);
export const stopWatching = (): Promise<boolean> => browser.permissions.remove(permissions);
export const mayWatch = (): Promise<boolean> => browser.permissions.contains(permissions);

type Headers = Parameters<Parameters<typeof browser.webRequest.onHeadersReceived.addListener>[0]>[0];
type Details = Pick<Headers, 'requestId' | 'url' | 'method' | 'timeStamp' | 'tabId' | 'incognito'>;
type Seen = Omit<SeenRequest, 'incognito'>;

/**
 * What was seen so far of requests under way, by the browser's id of them. Only in memory: if the background ends
 * meanwhile, the request's end still has the last address and the error.
 */
const underWay = new Map<string, Seen & { incognito?: boolean }>();
const MOST_UNDER_WAY = 200;

/**
 * Requests that went well, newest last: Firefox may still refuse the file, and what came may not be it. Only in memory,
 * and few: their downloads end at the same time.
 */
const whole: SeenRequest[] = [];
const MOST_WHOLE = 50;

/**
 * Whether a request comes from a private window; undefined if we can't tell. Chrome's requests don't say, but their
 * tabs do.
 */
async function isPrivate({ incognito, tabId }: Details): Promise<boolean | undefined> {
  if (incognito !== undefined) return incognito;
  if (!(await browser.extension.isAllowedIncognitoAccess())) return false;
  return browser.tabs.get(tabId).then(
    (tab) => tab.incognito,
    () => undefined,
  );
}

/** The steps with that to `url`. */
const withStep = (steps: Seen['steps'], { url, method }: Details): Seen['steps'] =>
  url.length > LONGEST_ADDRESS ? steps : [...steps, { url: withoutFragment(url), method }];

/** What the headers of an answer say. */
function saidIn({ timeStamp, responseHeaders = [] }: Pick<Headers, 'timeStamp' | 'responseHeaders'>) {
  const header = (wanted: string): string | undefined =>
    responseHeaders.find(({ name }) => name.toLowerCase() === wanted)?.value;
  const retryAfter = header('retry-after');
  const length = header('content-length');
  const encoding = header('content-encoding')?.trim().slice(0, LONGEST_WORD);
  return {
    type: header('content-type')?.slice(0, LONGEST_WORD) ?? null,
    length: length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : null,
    ...(encoding && !/^identity$/i.test(encoding) && { encoding }),
    attachment: /^\s*attachment\b/i.test(header('content-disposition') ?? ''),
    waitUntil: retryAfter === undefined ? null : retryAfterTime(retryAfter, timeStamp),
  };
}

function answered(details: Headers): Seen {
  const { requestId: id, statusCode, timeStamp } = details;
  const seen: Seen = {
    id,
    steps: withStep(underWay.get(id)?.steps ?? [], details),
    at: timeStamp,
    endedAt: null,
    status: statusCode,
    error: null,
    ...saidIn(details),
    offline: false,
  };
  underWay.set(id, seen);
  for (const [oldest] of underWay) if (underWay.size > MOST_UNDER_WAY) underWay.delete(oldest);
  return seen;
}

type Ended = Details & { statusCode?: number } & Pick<Headers, 'responseHeaders'>;

function ended(details: Ended, error: string | null): Seen {
  const { requestId: id, url, timeStamp } = details;
  const known = underWay.get(id);
  underWay.delete(id);
  // After a redirect the last address may not have answered at all.
  const isNew = known?.steps.at(-1)?.url !== withoutFragment(url);
  return {
    // A background that has just begun knows only what stands in this event.
    ...(known ?? { at: timeStamp, ...saidIn(details) }),
    id,
    steps: isNew ? withStep(known?.steps ?? [], details) : (known?.steps ?? []),
    status: isNew ? (details.statusCode ?? null) : (known?.status ?? null),
    endedAt: timeStamp,
    error: error?.slice(0, LONGEST_WORD) ?? null,
    offline: !isOnline(),
  };
}

/** Keeps what was seen if it is worth it, and returns whether it was. */
function keep(seen: Seen, details: Details): Promise<boolean> {
  // Asked now, while its tab is still there.
  const asked = isPrivate(details);
  return exclusive(async () => {
    const incognito = await asked;
    if (incognito === undefined) return false;
    const still = underWay.get(seen.id);
    if (still) underWay.set(seen.id, { ...still, incognito });
    const known = await read();
    const kept = remember(known, { ...seen, incognito });
    if (!kept) {
      if (seen.endedAt !== null) whole.push({ ...seen, incognito });
      if (whole.length > MOST_WHOLE) whole.shift();
      return false;
    }
    requests = kept;
    return true;
  });
}

type Filter = Parameters<typeof browser.webRequest.onCompleted.addListener>[1];

const filter: Filter = { urls: ['<all_urls>'], types: ['main_frame', 'sub_frame', 'other'] };

/** What hears of requests, made once. */
function createListeners(listener: () => void) {
  async function heed(seen: Seen, details: Details): Promise<void> {
    if (!(await keep(seen, details))) return;
    // If there is no room for it, it is still known for as long as the background lives.
    await write().catch(console.error);
    listener();
  }
  return {
    answered(details: Headers): undefined {
      unattended(heed(answered(details), details));
    },
    completed(details: Headers): void {
      unattended(heed(ended(details, null), details));
    },
    failed(details: Details & { error: string }): void {
      unattended(heed(ended(details, details.error), details));
    },
  };
}

let listeners: ReturnType<typeof createListeners> | undefined;

function watch(listener: () => void): void {
  const events = browser.webRequest;
  listeners ??= createListeners(listener);
  // Firefox forgets its listeners when the permission is taken back.
  if (events === undefined || events.onHeadersReceived.hasListener(listeners.answered)) return;
  events.onHeadersReceived.addListener(listeners.answered, filter, ['responseHeaders']);
  events.onCompleted.addListener(listeners.completed, filter, ['responseHeaders']);
  events.onErrorOccurred.addListener(listeners.failed, filter);
}

/**
 * Watches requests as soon as the person allows it, and calls `listener` when something was kept: it may come after the
 * failure it belongs to. Must be called while the background starts.
 */
export function watchRequests(listener: () => void): void {
  watch(listener);
  browser.permissions.onAdded.addListener(() => watch(listener));
}
