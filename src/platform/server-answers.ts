/**
 * What servers said beside the browser's reasons: how long to wait (Retry-After, RFC 9110), and that a form was
 * sent. The browser shows it only with the optional permission to watch requests. Kept in session storage, because
 * private windows are among them.
 */
import { answersSchema, remember, type ServerAnswer } from '../domain/server-answer.ts';
import browser from './browser.ts';
import { createTurns } from './in-turn.ts';
import { sessionValue } from './named-value.ts';

/** In characters. What is asked of longer addresses is not remembered. */
const LONGEST_ADDRESS = 4_000;

const stored = sessionValue('server-answers', answersSchema, []);
const inTurn = createTurns();
/** Read once: nobody else writes them. */
let answers: ServerAnswer[] | undefined;

async function read(): Promise<readonly ServerAnswer[]> {
  answers ??= await stored.read();
  return answers;
}

/** The answers that are remembered, oldest first, with those that came a moment ago. */
export const serverAnswers = (): Promise<readonly ServerAnswer[]> => inTurn(read);

/** The time that a Retry-After header names, in ms since the epoch: seconds from `now`, or a date. */
function retryAfterTime(value: string, now: number): number | null {
  if (/^\s*\d+\s*$/.test(value)) return now + Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : date;
}

const permissions: Parameters<typeof browser.permissions.request>[0] = {
  permissions: ['webRequest'],
  origins: ['<all_urls>'],
};

/** Asks the person to let requests be watched. Must be called from a press. */
export const askToWatch = (): Promise<boolean> => browser.permissions.request(permissions);
export const stopWatching = (): Promise<boolean> => browser.permissions.remove(permissions);
export const mayWatch = (): Promise<boolean> => browser.permissions.contains(permissions);

type Headers = Parameters<Parameters<typeof browser.webRequest.onHeadersReceived.addListener>[0]>[0];

/**
 * The steps of requests that are being redirected, by the browser's id for the request. Only in memory: a redirect
 * takes moments, in which the background does not end.
 */
const redirected = new Map<string, ServerAnswer['steps']>();
const MOST_REDIRECTED = 50;

/**
 * Whether a request is of a private window; undefined where that can't be told. Chrome's requests don't say, but their
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

/** Gives whether it was worth it. */
function keep(details: Headers): Promise<boolean> {
  const answer = answerIn(details);
  // At once, while its tab is there.
  const asked = isPrivate(details);
  return inTurn(async () => {
    const incognito = await asked;
    const kept = incognito !== undefined && remember(await read(), { ...answer, incognito });
    if (!kept) return false;
    answers = kept;
    // Where that has no room it is still known for as long as the background lives.
    await stored.write(kept).catch(console.error);
    return true;
  });
}

let watching = false;

function watch(listener: () => void): void {
  if (watching || browser.webRequest === undefined) return;
  watching = true;
  browser.webRequest.onHeadersReceived.addListener(
    (details) => {
      keep(details).then((worth) => worth && listener(), console.error);
      return undefined;
    },
    { urls: ['<all_urls>'], types: ['main_frame', 'sub_frame', 'other'] },
    ['responseHeaders'],
  );
}

/**
 * Watches requests as soon as the person allows it, and tells when an answer was kept: the browser may bring it
 * after the failure that it belongs to. Must be called while the background starts.
 */
export function watchServers(listener: () => void): void {
  watch(listener);
  browser.permissions.onAdded.addListener(() => watch(listener));
}
