/** Texts that several parts of the page use. */
import type { Status } from '../domain/columns.ts';
import { classify, knownReasons, suspicionReasons } from '../domain/reasons.ts';
import { type MessageKey, text, uiLanguage } from '../platform/i18n.ts';
import { causeName, knownCauses } from '../ui/cause-text.ts';
import { reasonText } from '../ui/texts.ts';
import type { Entry } from './entry.ts';
import type { Titles } from './list.ts';
import { compareIn, type ReasonTitle } from './query.ts';

/** A reason in a few words. */
export const reasonTitle: ReasonTitle = ({ reason, browser }) => reasonText(reason, browser).title;

/** What the list has to know of the texts. */
export const listTitles = (): Titles => ({
  language: uiLanguage(),
  reasons: Object.fromEntries(
    [...knownReasons, ...suspicionReasons, 'unknown'].flatMap((reason) =>
      (['chrome', 'firefox'] as const).map((browser) => [
        classify(reason, browser).textStem,
        reasonTitle({ reason, browser }),
      ]),
    ),
  ),
  causes: Object.fromEntries(knownCauses.map((cause) => [cause, causeName(cause)])),
});

export const statusText = (status: Status): string => text(`history_status_${status}`);

export const categoryText = ({ category }: Pick<Entry, 'category'>): string => text(`category_${category}`);

export const compareTexts = compareIn(uiLanguage());

/** What came of the person's last command, and of one it waited for, in paragraphs. */
export type Outcome = readonly string[];

/** How many failures the person's command has done. */
export interface Progress {
  done: number;
  total: number;
}

export type TellProgress = (progress: Progress) => void;

/**
 * Carries out a command, once the one before has ended, and shows how far it is and its outcome, or why it failed;
 * `failed` says that in a sentence.
 */
export type CarryOut = (work: (tell: TellProgress) => Promise<Outcome>, failed?: MessageKey) => Promise<void>;
