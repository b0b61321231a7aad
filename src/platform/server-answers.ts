/**
 * What servers said beside the browser's reasons: how long to wait (Retry-After, RFC 9110), and that a form was
 * sent. The browser shows it only with the optional permission to watch requests. Kept in session storage, because
 * private windows are among them.
 */
import browser from './browser.ts';
import { createTurns } from './in-turn.ts';
import { sessionValue } from './named-value.ts';
import { list, nullable, number, object, type Parsed, parsed, string } from './parse.ts';

const parseAnswer = object({
  url: string,
  method: string,
  /** The server wants no request before: ms since the epoch. */
  waitUntil: nullable(number),
});
export type ServerAnswer = Parsed<typeof parseAnswer>;

/** Answers that are kept; the oldest go first. */
const KEPT = 200;

const stored = sessionValue('server-answers');
const inTurn = createTurns();

async function read(): Promise<ReadonlyMap<string, ServerAnswer>> {
  const answers = parsed(list(parseAnswer), await stored.read()) ?? [];
  return new Map(answers.map((answer) => [answer.url, answer]));
}

/** The newest answer for each address, with those that came a moment ago. */
export const serverAnswers = (): Promise<ReadonlyMap<string, ServerAnswer>> => inTurn(read);

/** The time that a Retry-After header names, in ms since the epoch: seconds from `now`, or a date. */
function retryAfterTime(value: string, now: number): number | null {
  if (/^\s*\d+\s*$/.test(value)) return now + Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : date;
}

/** Keeps what is worth it, and forgets what a server said before at the same address. Gives whether it was. */
const keep = (answer: ServerAnswer): Promise<boolean> =>
  inTurn(async () => {
    const known = await read();
    const worth = answer.waitUntil !== null || answer.method !== 'GET';
    if (!worth && !known.has(answer.url)) return false;
    const others = [...known.values()].filter(({ url }) => url !== answer.url);
    await stored.write([...others, ...(worth ? [answer] : [])].slice(-KEPT));
    return worth;
  });

const permissions: Parameters<typeof browser.permissions.request>[0] = {
  permissions: ['webRequest'],
  origins: ['<all_urls>'],
};

/** Asks the person to let requests be watched. Must be called from a press. */
export const askToWatch = (): Promise<boolean> => browser.permissions.request(permissions);
export const stopWatching = (): Promise<boolean> => browser.permissions.remove(permissions);
export const mayWatch = (): Promise<boolean> => browser.permissions.contains(permissions);

let watching = false;

function watch(listener: (answer: ServerAnswer) => void): void {
  if (watching || browser.webRequest === undefined) return;
  watching = true;
  browser.webRequest.onHeadersReceived.addListener(
    ({ url, method, responseHeaders = [] }) => {
      const header = responseHeaders.find(({ name }) => name.toLowerCase() === 'retry-after');
      const waitUntil = header?.value === undefined ? null : retryAfterTime(header.value, Date.now());
      const answer = { url, method, waitUntil };
      keep(answer).then((worth) => worth && listener(answer), console.error);
      return undefined;
    },
    { urls: ['<all_urls>'], types: ['main_frame', 'sub_frame', 'other'] },
    ['responseHeaders'],
  );
}

/**
 * Watches requests as soon as the person allows it, and tells of each answer that is kept: the browser may bring it
 * after the failure that it belongs to. Must be called while the background starts.
 */
export function watchServers(listener: (answer: ServerAnswer) => void): void {
  watch(listener);
  browser.permissions.onAdded.addListener(() => watch(listener));
}
