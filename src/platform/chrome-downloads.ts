import type { Quirks } from './downloads.ts';

export const chromeQuirks: Quirks = {
  exactBytes: true,
  session: async () => null,
  // Chrome's ids survive a restart, but start over when its history is cleared; the start time never changes.
  references:
    async () =>
    ({ id, startTime }) => ({ id, session: null, key: `${id} ${startTime}`, trace: null }),
  // Only an item in progress is really paused: pause and then cancel leaves `paused` beside USER_CANCELED.
  isPaused: ({ paused, state }) => paused === true && state === 'in_progress',
  resumed: (answer) => answer,
  // Chrome always starts it in the ordinary windows, where nothing private may go.
  start: (api, options, { incognito }) =>
    incognito
      ? Promise.reject(new Error('Chrome starts no download in a private window for an extension.'))
      : api.download(options),
};
