/** What servers answered, and which failure an answer is about. The browser doesn't say; address and time do. */
import * as v from 'valibot';
import type { Failure } from './failure.ts';

/** The answer to one request, with the redirects that led to it. */
const answerSchema = v.object({
  /** Each address that was requested, and its method: without fragments, in order. */
  steps: v.array(v.object({ url: v.string(), method: v.string() })),
  /** When the last of them answered: ms since the epoch. */
  at: v.number(),
  /** Until when (ms since the epoch) the server wants no further requests; null if it didn't say. */
  waitUntil: v.nullable(v.number()),
  incognito: v.boolean(),
});
export type ServerAnswer = v.InferOutput<typeof answerSchema>;
export const answersSchema = v.array(answerSchema);

/** A download can start this long (ms) after its answer: the browser may first ask the person whether to save it. */
const BEFORE_START_MS = 60_000;
/** It can also seem to start this long (ms) before it: different parts of the browser note the two times. */
const AFTER_START_MS = 1_000;

const withoutFragment = (url: string): string => url.replace(/#.*/s, '');

/** The last request to an address. */
const stepTo = ({ steps }: ServerAnswer, url: string) =>
  steps.findLast((step) => step.url === withoutFragment(url));

type Asked = Pick<Failure, 'url' | 'finalUrl' | 'incognito'>;

const isAbout = (answer: ServerAnswer, { url, finalUrl, incognito }: Asked): boolean =>
  answer.incognito === incognito && (stepTo(answer, finalUrl) ?? stepTo(answer, url)) !== undefined;

/**
 * How a download that began at `startedAt` asked for its file, if one of the `answers` (oldest first), not after
 * `latest`, shows it. Requests to the same address at another time don't count.
 */
export function askedFor(
  download: Asked & { startedAt: number },
  answers: readonly ServerAnswer[],
  latest: number = Infinity,
): { url: string; method: string | null } | undefined {
  const { url, finalUrl, startedAt } = download;
  const answer = answers.findLast(
    (one) =>
      isAbout(one, download) &&
      one.at >= startedAt - BEFORE_START_MS &&
      one.at <= Math.min(startedAt + AFTER_START_MS, latest),
  );
  if (!answer) return undefined;
  const asked = stepTo(answer, url)?.method;
  const last = stepTo(answer, finalUrl)?.method;
  // The form only led to the address of the file, which can be requested without it.
  if (asked !== undefined && asked !== 'GET' && last === 'GET') return { url: finalUrl, method: last };
  return { url, method: asked ?? last ?? null };
}

/** The failure with its request method, if that was unknown and one of the `answers` (oldest first) shows it. */
export function withMethod(failure: Failure, answers: readonly ServerAnswer[]): Failure {
  const [first, ...others] = failure.attempts;
  // A running retry is found by its address, so don't change that.
  if (failure.method !== null || others.length > 0) return failure;
  const { url, finalUrl, incognito } = failure;
  const download = { url, finalUrl, incognito, startedAt: first.startedAt };
  const asked = askedFor(download, answers, 'endedAt' in first ? first.endedAt : Infinity);
  return asked ? { ...failure, ...asked } : failure;
}

/** Until when (ms since the epoch) a failure's server wants no requests, by the newest of the `answers`; else 0. */
export const serverWait = (failure: Failure, answers: readonly ServerAnswer[]): number =>
  answers.findLast((answer) => isAbout(answer, failure))?.waitUntil ?? 0;

/** How many answers we remember, and how many characters of addresses in all: session storage holds 10 MB. */
const MOST_ANSWERS = 200;
const MOST_CHARACTERS = 200_000;

/**
 * The answers to remember, oldest first, with one more. Undefined if that one isn't worth it: without a form or a time
 * to wait, it matters only if an earlier answer for its address would be mistaken for it.
 */
export function remember(known: readonly ServerAnswer[], answer: ServerAnswer): ServerAnswer[] | undefined {
  const tells = answer.waitUntil !== null || answer.steps.some(({ method }) => method !== 'GET');
  const overtakes = (earlier: ServerAnswer): boolean => answer.steps.some(({ url }) => stepTo(earlier, url));
  if (!tells && !known.some(overtakes)) return undefined;
  let characters = 0;
  const tooMany = [...known, answer].findLastIndex(({ steps }) => {
    for (const { url } of steps) characters += url.length;
    return characters > MOST_CHARACTERS;
  });
  return [...known, answer].slice(tooMany + 1).slice(-MOST_ANSWERS);
}
