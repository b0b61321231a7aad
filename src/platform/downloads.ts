/**
 * Both browsers' downloads behind one interface. What they do differently ends here; the numbers in comments are
 * of Chromium 156 and Firefox 153.
 */
import type { DownloadSnapshot, ItemRef, SnapshotStatus } from '../domain/failure.ts';
import type { Browser } from '../domain/reasons.ts';
import { refererFor } from '../domain/referer.ts';
import { boolean, maybe, number, object, type Parsed, parsed, string } from './parse.ts';

/** The part of `browser.downloads` that is used, with items as the untyped data that they are. */
export interface DownloadsApi {
  search(query: { id?: number; startedAfter?: string; limit?: number }): Promise<unknown[]>;
  download(options: {
    url: string;
    filename?: string;
    incognito?: boolean;
    cookieStoreId?: string;
    saveAs?: boolean;
    headers?: { name: string; value: string }[];
    conflictAction: 'uniquify';
  }): Promise<number>;
  resume(id: number): Promise<void>;
  cancel(id: number): Promise<void>;
}

/** What the rest of the program knows of the browser's downloads. */
export interface Downloads {
  /** The item as it is now, or undefined when the browser doesn't list it. */
  find(id: number): Promise<DownloadSnapshot | undefined>;
  /** Like {@link find} for an item seen earlier, perhaps in another session of the browser. */
  findAgain(item: ItemRef): Promise<DownloadSnapshot | undefined>;
  /** Every listed item that started after `since` (ms since the epoch); all of them without it. */
  list(since?: number): Promise<DownloadSnapshot[]>;
  /** Asks the browser to go on with an item. That it did shows in the item, never in this promise. */
  resume(id: number): Promise<void>;
  /** Ends an item that is under way; one that has ended stays as it is. */
  cancel(id: number): Promise<void>;
  /**
   * Starts a new download and gives its id. Can stay pending for ever: see the retrier.
   * @throws in Chrome for a private window.
   */
  start(request: StartRequest): Promise<number>;
}

export interface StartRequest {
  url: string;
  /** A name without folders; null lets the browser choose. */
  filename: string | null;
  /** In a private window. Only Firefox can: see {@link Downloads.start}. */
  incognito: boolean;
  /** The page to name as the source. Only Firefox can. */
  referrer: string | null;
  /** The container to start it in. Only Firefox has them. */
  cookieStoreId: string | null;
}

export interface DownloadsOptions {
  browser: Browser;
  /** This extension's id. */
  ownId: string;
  /** Names this run of the browser: ids of Firefox's items mean nothing beyond it. */
  session: () => Promise<string>;
  /** How long (ms) a start that the browser doesn't answer holds up the next of the same name. */
  patience?: number;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const PATIENCE_MS = 1_000;

/** Firefox names the ordinary and the private windows like containers. */
const inContainer = (cookieStoreId: string | null): cookieStoreId is string =>
  cookieStoreId !== null && cookieStoreId !== 'firefox-default' && cookieStoreId !== 'firefox-private';

/** What is absent in Chrome is mostly null in Firefox. */
const parseItem = object({
  id: number,
  url: string,
  finalUrl: maybe(string),
  referrer: maybe(string),
  filename: maybe(string),
  incognito: maybe(boolean),
  cookieStoreId: maybe(string),
  mime: maybe(string),
  startTime: string,
  state: string,
  paused: maybe(boolean),
  canResume: maybe(boolean),
  error: maybe(string),
  bytesReceived: maybe(number),
  totalBytes: maybe(number),
  byExtensionId: maybe(string),
});
type Item = Parsed<typeof parseItem>;

export function createDownloads(api: DownloadsApi, options: DownloadsOptions): Downloads {
  const { browser, ownId, patience = PATIENCE_MS } = options;
  const starting = new Map<string | null, Promise<unknown>>();

  /** Firefox was seen to give two downloads of one name, started together, the same file. */
  async function afterSameName(name: string | null, start: () => Promise<number>): Promise<number> {
    const before = starting.get(name);
    const turn = before ? Promise.race([before, pause(patience)]).catch(() => undefined) : Promise.resolve();
    const started = turn.then(start);
    starting.set(name, started);
    return started.finally(() => {
      if (starting.get(name) === started) starting.delete(name);
    });
  }

  function reference(item: Item, session: string | null): ItemRef {
    const { id, url, startTime } = item;
    return browser === 'chrome'
      ? // Chrome's ids outlive a restart, but begin again when its history is cleared; the start time never changes.
        { id, session: null, key: `${id} ${startTime}`, trace: null }
      : // Firefox's ids begin at 1 in each session, and its start time moves with every resume.
        { id, session, key: `${session} ${id}`, trace: `${startTime} ${url}` };
  }

  function statusOf(item: Item): SnapshotStatus {
    // In Firefox a paused download looks like a failed one. In Chrome only one in progress is really paused:
    // pause and then cancel leaves `paused` beside USER_CANCELED.
    const paused = item.paused && (browser === 'firefox' || item.state === 'in_progress');
    if (paused) return { kind: 'paused' };
    if (item.state === 'complete') return { kind: 'completed' };
    if (item.state === 'interrupted' && item.error) return { kind: 'failed', reason: item.error };
    return { kind: 'running' };
  }

  async function snapshots(found: readonly unknown[]): Promise<DownloadSnapshot[]> {
    const session = browser === 'firefox' ? await options.session() : null;
    return found.flatMap((raw) => {
      const item = parsed(parseItem, raw);
      if (!item) return [];
      const { bytesReceived, totalBytes } = item;
      return {
        item: reference(item, session),
        url: item.url,
        finalUrl: item.finalUrl || item.url,
        referrer: item.referrer || null,
        filename: item.filename ?? '',
        mime: item.mime || null,
        cookieStoreId: item.cookieStoreId || null,
        incognito: item.incognito ?? false,
        ours: item.byExtensionId === ownId,
        startedAt: Date.parse(item.startTime) || 0,
        bytesReceived: Math.max(0, bytesReceived ?? 0),
        // Firefox tells too few, and fewer for a moment whenever it resumes.
        exactBytes: browser === 'chrome',
        // Unknown is 0 in Chrome and -1 in Firefox.
        totalBytes: totalBytes !== null && totalBytes > 0 ? totalBytes : null,
        canResume: item.canResume ?? false,
        status: statusOf(item),
      };
    });
  }

  async function find(id: number): Promise<DownloadSnapshot | undefined> {
    const [snapshot] = await snapshots(await api.search({ id }));
    return snapshot;
  }

  async function list(since?: number): Promise<DownloadSnapshot[]> {
    // Chrome's `state` and `error` filters find only cancelled items, and without a limit it gives at most 1000.
    return snapshots(
      await api.search({
        limit: 0,
        ...(since === undefined ? {} : { startedAfter: new Date(since).toISOString() }),
      }),
    );
  }

  async function findAgain(item: ItemRef): Promise<DownloadSnapshot | undefined> {
    const snapshot = await find(item.id);
    if (snapshot?.item.key === item.key) return snapshot;
    if (item.trace === null) return undefined;
    return (await list()).find(({ item: { trace } }) => trace === item.trace);
  }

  return {
    find,
    findAgain,
    list,
    async resume(id) {
      const settled = api.resume(id);
      // Firefox settles only when the transfer ends, and rejects when that fails again.
      if (browser === 'firefox') settled.catch(() => undefined);
      else await settled;
    },
    cancel: (id) => api.cancel(id),
    start({ url, filename, incognito, referrer, cookieStoreId }) {
      const request = {
        url,
        conflictAction: 'uniquify' as const,
        ...(filename !== null && { filename }),
      };
      // Chrome doesn't know the other properties and throws.
      if (browser === 'firefox') {
        const referer = refererFor(url, referrer);
        return afterSameName(filename, () =>
          api.download({
            ...request,
            // Else it asks where to save, for as long as nobody answers, when the person set it so.
            saveAs: false,
            ...(incognito && { incognito }),
            ...(referer !== undefined && { headers: [{ name: 'Referer', value: referer }] }),
            ...(inContainer(cookieStoreId) && { cookieStoreId }),
          }),
        );
      }
      // Chrome's download() always belongs to the ordinary windows: nothing private may go there.
      return incognito
        ? Promise.reject(new Error('Chrome starts no download in a private window for an extension.'))
        : api.download(request);
    },
  };
}
