/** A browser whose texts say their names and what is in them. Stands in for `platform/browser.ts`. */
export default {
  i18n: {
    getUILanguage: () => 'en',
    getMessage: (key: string, values: string[] = []) =>
      key === 'language_code' ? 'en' : [key, ...values].join(' '),
  },
  extension: {},
};
