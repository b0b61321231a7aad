/**
 * What we learn from servers besides the browser's reasons: how long to wait (Retry-After, RFC 9110), and that a form
 * was sent. Needs the optional permission to watch requests. Kept in session storage, because private windows are among
 * them.
 */
import { answersSchema, remember, type ServerAnswer } from '../domain/server-answer.ts';
import browser from './browser.ts';
import { createMutex } from './mutex.ts';
import { sessionValue } from './named-value.ts';

/** In characters. Requests to longer addresses are not remembered. */
const LONGEST_ADDRESS = 4_000;

const stored = sessionValue('server-answers', answersSchema, []);
const exclusive = createMutex();
/** Read once, as nobody else writes them. */
let answers: ServerAnswer[] | undefined;

async function read(): Promise<readonly ServerAnswer[]> {
  answers ??= await stored.read();
  return answers;
}

/** The remembered answers, oldest first, including those that came a moment ago. */
export const serverAnswers = (): Promise<readonly ServerAnswer[]> => exclusive(read);

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

/**
 * The steps so far of requests that are being redirected, by the browser's request id. Only in memory: a redirect takes
 * moments, and the background lives that long.
 */
const redirected = new Map<string, ServerAnswer['steps']>();
const MOST_REDIRECTED = 50;

/**
 * Whether a request comes from a private window; undefined if we can't tell. Chrome's requests don't say, but their
 * tabs do.
 */
async function isPrivate({ incognito, tabId }: Headers): Promise<boolean | undefined> {
  if (incognito !== undefined) return incognito;
  if (!(await browser.extension.isAllowedIncognitoAccess())) return false;
  return browser.tabs.get(tabId).then(
    (tab) => tab.incognito,
    () => undefined,
  );
}

function answerIn(details: Headers): Omit<ServerAnswer, 'incognito'> {
  const { requestId, url, method, statusCode, timeStamp, responseHeaders = [] } = details;
  const before = redirected.get(requestId) ?? [];
  const steps = url.length > LONGEST_ADDRESS ? before : [...before, { url: url.replace(/#.*/s, ''), method }];
  redirected.delete(requestId);
  if (statusCode >= 300 && statusCode < 400) redirected.set(requestId, steps);
  for (const [oldest] of redirected) if (redirected.size > MOST_REDIRECTED) redirected.delete(oldest);
  const retryAfter = responseHeaders.find(({ name }) => name.toLowerCase() === 'retry-after')?.value;
  return {
    steps,
    at: timeStamp,
    waitUntil: retryAfter === undefined ? null : retryAfterTime(retryAfter, timeStamp),
  };
}

/** Keeps an answer if it is worth it, and returns whether it was. */
function keep(details: Headers): Promise<boolean> {
  const answer = answerIn(details);
  // Asked now, while its tab is still there.
  const asked = isPrivate(details);
  return exclusive(async () => {
    const incognito = await asked;
    const kept = incognito !== undefined && remember(await read(), { ...answer, incognito });
    if (!kept) return false;
    answers = kept;
    // If there is no room for it, it is still known for as long as the background lives.
    await stored.write(kept).catch(console.error);
    return true;
  });
}

let heard: ((details: Headers) => undefined) | undefined;

function watch(listener: () => void): void {
  const event = browser.webRequest?.onHeadersReceived;
  heard ??= (details) => {
    keep(details).then((worth) => worth && listener(), console.error);
    return undefined;
  };
  // Firefox forgets its listeners when the permission is taken back.
  if (event === undefined || event.hasListener(heard)) return;
  event.addListener(heard, { urls: ['<all_urls>'], types: ['main_frame', 'sub_frame', 'other'] }, [
    'responseHeaders',
  ]);
}

/**
 * Watches requests as soon as the person allows it, and calls `listener` when an answer was kept: it may come after the
 * failure it belongs to. Must be called while the background starts.
 */
export function watchServers(listener: () => void): void {
  watch(listener);
  browser.permissions.onAdded.addListener(() => watch(listener));
}
