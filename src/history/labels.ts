/** Texts that several parts of the page use. */
import type { Status } from '../domain/columns.ts';
import { type MessageKey, text, uiLanguage } from '../platform/i18n.ts';
import { reasonText } from '../ui/texts.ts';
import type { Entry } from './entry.ts';
import type { ReasonTitle } from './query.ts';

const titles = new Map<string, string>();

/** A reason in a few words. */
export const reasonTitle: ReasonTitle = ({ reason, browser }) => {
  const key = `${browser} ${reason}`;
  const title = titles.get(key) ?? reasonText(reason, browser).title;
  titles.set(key, title);
  return title;
};

export const statusText = (status: Status): string => text(`history_status_${status}`);

export const categoryText = ({ category }: Pick<Entry, 'category'>): string => text(`category_${category}`);

/** Compares texts as the person's language orders them, and numbers in them by their value. */
export const compareTexts: (one: string, other: string) => number = new Intl.Collator(uiLanguage(), {
  numeric: true,
}).compare;

/** What came of the person's last command, in paragraphs. */
export type Outcome = readonly string[];

/** Carries out a command and shows its outcome, or why it failed; `failed` says that in a sentence. */
export type CarryOut = (work: () => Promise<Outcome>, failed?: MessageKey) => Promise<void>;
