import type messages from '../../public/_locales/en/messages.json';
import browser from './browser.ts';

export type MessageKey = keyof typeof messages;

/** The stem of messages that have plural forms: `<stem>_one`, `<stem>_other`. */
export type PluralStem = {
  [Key in MessageKey]: Key extends `${infer Stem}_other` ? Stem : never;
}[MessageKey];

/**
 * The language of the texts, with the browser's region if that has the same language. There may be no texts in the
 * browser's language; numbers, dates and plurals then follow the texts.
 */
export function uiLanguage(): string {
  language ??= readLanguage();
  return language;
}

/** Read once, so that a page keeps the language it started with. */
let language: string | undefined;

function readLanguage(): string {
  const ofTexts = browser.i18n.getMessage('language_code');
  const ofBrowser = browser.i18n.getUILanguage();
  return ofBrowser.startsWith(ofTexts) ? ofBrowser : ofTexts;
}

/** Right-to-left languages are laid out the other way round. */
export const textDirection = (): 'ltr' | 'rtl' => (/^(ar|he)/.test(uiLanguage()) ? 'rtl' : 'ltr');

export const text = (key: MessageKey, ...values: string[]): string => browser.i18n.getMessage(key, values);

/** The message for a key made at run time; undefined if there is none. */
export const textIfAny = (key: string): string | undefined => browser.i18n.getMessage(key) || undefined;

/** Makes something for the language, such as a number format, and only once: making it is far slower than using it. */
export function perLanguage<Made>(make: (language: string) => Made): () => Made {
  let made: Made | undefined;
  return () => {
    made ??= make(uiLanguage());
    return made;
  };
}

const wholeNumbers = perLanguage((language) => new Intl.NumberFormat(language));
const pluralRules = perLanguage((language) => new Intl.PluralRules(language));

/** A whole number: "1,234". */
export const formatNumber = (value: number): string => wholeNumbers().format(value);

/** The message in the right plural form for `count`, with the count as its first value. */
export function plural(stem: PluralStem, count: number, ...values: string[]): string {
  const number = formatNumber(count);
  const form = pluralRules().select(count);
  return (
    browser.i18n.getMessage(`${stem}_${form}`, [number, ...values]) ||
    browser.i18n.getMessage(`${stem}_other`, [number, ...values])
  );
}
