import type messages from '../../public/_locales/en/messages.json';
import browser from './browser.ts';

export type MessageKey = keyof typeof messages;

/** The stem of messages that exist once for each plural form: `<stem>_one`, `<stem>_other`. */
export type PluralStem = {
  [Key in MessageKey]: Key extends `${infer Stem}_other` ? Stem : never;
}[MessageKey];

/**
 * The language that the texts are in, with the person's region where it is theirs too. The browser may speak one that
 * there are no texts in; numbers, dates and plurals then follow the texts.
 */
export function uiLanguage(): string {
  const ofTexts = browser.i18n.getMessage('language_code');
  const ofBrowser = browser.i18n.getUILanguage();
  return ofBrowser.startsWith(ofTexts) ? ofBrowser : ofTexts;
}

/** Right-to-left languages are laid out the other way round. */
export const textDirection = (): 'ltr' | 'rtl' => (/^(ar|he)/.test(uiLanguage()) ? 'rtl' : 'ltr');

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
