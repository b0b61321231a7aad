/**
 * How views go from the worker to the page. All of 100,000 ids would hold the page up each time that one of them left, so
 * it is sent those from the first that changed to the last, in parts.
 */
import type { FirstView, News, View } from './list.ts';
import { stepsOf } from './steps.ts';

/** A part of the ids, or all else of a view and how many ids stay at the beginning and at the end. */
export type Sent =
  | { part: readonly string[] }
  | { others: Omit<View, 'shown'> | Omit<FirstView, 'shown'>; before: number; after: number };

/** So many ids take the page a few ms. */
const PART = 5_000;

/** How many ids two lists have in common at the beginning, and after that at the end. */
function inCommon(old: readonly string[], now: readonly string[]): { before: number; after: number } {
  const most = Math.min(old.length, now.length);
  let before = 0;
  while (before < most && old[before] === now[before]) before += 1;
  let after = 0;
  while (after < most - before && old.at(-1 - after) === now.at(-1 - after)) after += 1;
  return { before, after };
}

/** For the worker: posts views. */
export function createSender(post: (sent: Sent) => void): (view: News) => void {
  let old: readonly string[] = [];
  return ({ shown, ...others }) => {
    const { before, after } = inCommon(old, shown);
    old = shown;
    for (const part of stepsOf(shown.slice(before, shown.length - after), PART)) post({ part });
    post({ others, before, after });
  };
}

/** For the page: shows the views that are posted. Where no id has changed, their list is the same one as before. */
export function createReceiver(show: (view: News) => void): (sent: Sent) => void {
  let shown: readonly string[] = [];
  let between: string[] = [];
  return (sent) => {
    if ('part' in sent) {
      between.push(...sent.part);
      return;
    }
    const { others, before, after } = sent;
    if (between.length > 0 || before + after < shown.length) {
      shown = shown.slice(0, before).concat(between, shown.slice(shown.length - after));
    }
    between = [];
    show({ ...others, shown });
  };
}
