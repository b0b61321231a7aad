import type messages from '../../public/_locales/en/messages.json';
import browser from './browser.ts';

export type MessageKey = keyof typeof messages;

/** The stem of messages that exist once for each plural form: `<stem>_one`, `<stem>_other`. */
export type PluralStem = {
  [Key in MessageKey]: Key extends `${infer Stem}_other` ? Stem : never;
}[MessageKey];

/** The person's language, as the browser's own interface speaks it. */
export const uiLanguage = (): string => browser.i18n.getUILanguage();

/** Right-to-left languages are laid out the other way round. */
export const textDirection = (): string => browser.i18n.getMessage('@@bidi_dir');

export const text = (key: MessageKey, ...values: string[]): string => browser.i18n.getMessage(key, values);

/** The message for a key that is made at run time; undefined where there is none. */
export const textIfAny = (key: string): string | undefined => browser.i18n.getMessage(key) || undefined;

/** The message in the plural form that the language has for `count`, with the count as its first value. */
export function plural(stem: PluralStem, count: number, ...values: string[]): string {
  const language = uiLanguage();
  const number = new Intl.NumberFormat(language).format(count);
  const form = new Intl.PluralRules(language).select(count);
  return (
    browser.i18n.getMessage(`${stem}_${form}`, [number, ...values]) ||
    browser.i18n.getMessage(`${stem}_other`, [number, ...values])
  );
}
