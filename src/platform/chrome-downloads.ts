import * as v from 'valibot';
import { isHtml } from '../domain/suspicion.ts';
import { previousMime, type Quirks } from './downloads.ts';
import { createMutex } from './mutex.ts';
import type { NamedValue } from './named-value.ts';

/** The ids of items for which a page was sent, newest last. */
export const sentPagesSchema = v.array(v.number());
const MOST_SENT_PAGES = 100;

/**
 * The type of an item that Chrome lists follows from its name. Only when it decides on the name it tells, once, which
 * type that replaces: that of the server.
 */
export function createSentPages(stored: NamedValue<number[]>) {
  /** Read once, as nobody else writes it. */
  let pages: readonly number[] | undefined;
  const exclusive = createMutex();

  const change = (decide: (known: readonly number[]) => readonly number[]): Promise<void> =>
    exclusive(async () => {
      const known = pages ?? (await stored.read());
      pages = decide(known);
      if (pages !== known) await stored.write([...pages]);
    });

  return {
    /** The items for which a page was sent, with all that was told until now. */
    read: (): Promise<ReadonlySet<number>> =>
      exclusive(async () => {
        pages ??= await stored.read();
        return new Set(pages);
      }),
    /** Call with each change of an item. */
    note: (id: number, delta: object): Promise<void> => {
      const type = previousMime(delta);
      if (type === undefined || !isHtml(type)) return Promise.resolve();
      return change((known) => [...known.filter((one) => one !== id), id].slice(-MOST_SENT_PAGES));
    },
    /** Call when an item leaves the list: its id can be used again. */
    forget: (id: number): Promise<void> =>
      change((known) => (known.includes(id) ? known.filter((one) => one !== id) : known)),
  };
}

export type SentPages = ReturnType<typeof createSentPages>;

export const chromeQuirks = (sentPages: Pick<SentPages, 'read'>): Quirks => ({
  exactBytes: true,
  isErrorPage: () => false,
  // Chrome's own database has USER_SHUTDOWN for what was under way, extensions are told USER_CANCELED.
  reasonAtClose: (error) => (error === 'USER_CANCELED' ? 'USER_SHUTDOWN' : error),
  session: async () => null,
  // Chrome's ids survive a restart, but start over when its history is cleared; the start time never changes.
  references:
    async () =>
    ({ id, startTime }) => ({ id, session: null, key: `${id} ${startTime}`, trace: null }),
  // Only an item in progress is really paused: pause and then cancel leaves `paused` beside USER_CANCELED.
  isPaused: ({ paused, state }) => paused === true && state === 'in_progress',
  sizeOnDisk: ({ bytesReceived }) => bytesReceived,
  async sentTypes() {
    const pages = await sentPages.read();
    // Where the name tells no type, or is that of a page, the server's stays.
    return ({ id, mime }) => (pages.has(id) || (mime !== null && isHtml(mime)) ? 'text/html' : null);
  },
  resumed: (answer) => answer,
  // Chrome always starts it in the ordinary windows, where nothing private may go.
  start: (api, options, { incognito }) =>
    incognito
      ? Promise.reject(new Error('Chrome starts no download in a private window for an extension.'))
      : api.download(options),
});
