/**
 * Both browsers' downloads behind one interface. Their differences stay in here and in their quirks. Numbers in
 * comments are from Chromium 156 and Firefox 153.
 */
import * as v from 'valibot';
import type { DownloadSnapshot, ItemRef, SnapshotStatus } from '../domain/failure.ts';
import { parsed } from './parsed.ts';

export interface DownloadOptions {
  url: string;
  filename?: string;
  incognito?: boolean;
  cookieStoreId?: string;
  saveAs?: boolean;
  headers?: { name: string; value: string }[];
  conflictAction: 'uniquify';
}

/** The part of `browser.downloads` that we use. Items are unknown until they are parsed. */
export interface DownloadsApi {
  search(query: { id?: number; startedAfter?: string; limit?: number }): Promise<unknown[]>;
  download(options: DownloadOptions): Promise<number>;
  resume(id: number): Promise<void>;
  cancel(id: number): Promise<void>;
}

/** All that the rest of the program sees of the browser's downloads. */
export interface Downloads {
  /** The item as it is now, or undefined if the browser doesn't list it. */
  find(id: number): Promise<DownloadSnapshot | undefined>;
  /**
   * Like {@link find}, for an item seen earlier, perhaps in another browser session. Items with a key of `atClose` were
   * under way when the browser was closed.
   */
  findAgain(item: ItemRef, atClose?: ReadonlySet<string>): Promise<DownloadSnapshot | undefined>;
  /**
   * Every listed item that started after `since` (ms since the epoch); all of them without it. For `atClose` see
   * {@link findAgain}.
   */
  list(since?: number, atClose?: ReadonlySet<string>): Promise<DownloadSnapshot[]>;
  /** Asks the browser to resume an item. Whether it did shows in the item, never in this promise. */
  resume(id: number): Promise<void>;
  /** Cancels an item if it is running or paused and still the same one: browsers reuse ids. */
  cancelItem(item: ItemRef): Promise<void>;
  /** Identifies this browser session where item ids end with it; null where they outlive it. */
  session(): Promise<string | null>;
  /**
   * Starts a new download and returns its id. Can stay pending for ever: see the retrier.
   * @throws in Chrome for a private window.
   */
  start(request: StartRequest): Promise<number>;
}

export interface StartRequest {
  url: string;
  /** A name without folders; null lets the browser choose. */
  filename: string | null;
  /** Whether to start it in a private window. Only Firefox can: see {@link Downloads.start}. */
  incognito: boolean;
  /** The page to name as the referrer. Only Firefox can. */
  referrer: string | null;
  /** The container to start it in. Only Firefox has them. */
  cookieStoreId: string | null;
}

/** What Chrome leaves out is mostly null in Firefox. */
const itemSchema = v.object({
  id: v.number(),
  url: v.string(),
  finalUrl: v.nullish(v.string(), null),
  referrer: v.nullish(v.string(), null),
  filename: v.nullish(v.string(), null),
  incognito: v.nullish(v.boolean(), null),
  cookieStoreId: v.nullish(v.string(), null),
  mime: v.nullish(v.string(), null),
  startTime: v.string(),
  state: v.string(),
  paused: v.nullish(v.boolean(), null),
  canResume: v.nullish(v.boolean(), null),
  error: v.nullish(v.string(), null),
  fileSize: v.nullish(v.number(), null),
  exists: v.nullish(v.boolean(), null),
  bytesReceived: v.nullish(v.number(), null),
  totalBytes: v.nullish(v.number(), null),
  byExtensionId: v.nullish(v.string(), null),
});
export type Item = v.InferOutput<typeof itemSchema>;

/**
 * In characters. A longer `data:` address is the file itself: it can't be requested again, and would fill the journal.
 */
const LONGEST_OTHER_ADDRESS = 2_000;

const shortened = (address: string): string =>
  /^(https?|ftp):/i.test(address) ? address : address.slice(0, LONGEST_OTHER_ADDRESS);

const deltaSchema = v.object({
  state: v.object({ current: v.string(), previous: v.optional(v.string()) }),
});
const mimeDeltaSchema = v.object({ mime: v.object({ previous: v.string() }) });

/** What one browser does its own way. */
export interface Quirks {
  /** Whether `bytesReceived` can be trusted; if not, it may be too low. */
  exactBytes: boolean;
  /** Whether what it counts of a failed item is the error page that the server answered. */
  isErrorPage(item: Item): boolean;
  /** The true reason of an item that failed as the browser was closed. */
  reasonAtClose(error: string): string;
  /** See {@link Downloads.session}. */
  session(): Promise<string | null>;
  /** Returns a function that makes the reference to an item. */
  references(): Promise<(item: Item) => ItemRef>;
  isPaused(item: Item): boolean;
  /** How many bytes of a completed item are on disk; null if unknown. */
  sizeOnDisk(item: Item): number | null;
  /** Returns a function that gives the type that the server sent; null where the browser doesn't tell. */
  sentTypes(): Promise<(item: Item) => string | null>;
  /** Makes the promise that the browser returned for a resume safe to wait for. */
  resumed(answer: Promise<void>): Promise<void>;
  start(api: DownloadsApi, options: DownloadOptions, request: StartRequest): Promise<number>;
}

/**
 * Whether a change of an item tells that its state changed. The first that Chrome tells of an item after its start is
 * all of it, even if the person has only opened the file: there is no `previous` then, and only an item that is under
 * way counts as changed.
 */
export function stateChanged(delta: object): boolean {
  const state = parsed(deltaSchema, delta)?.state;
  return state !== undefined && (state.current === 'in_progress' || state.previous !== undefined);
}

/** The type that an item had until now, if this change is of that. */
export const previousMime = (delta: object): string | undefined =>
  parsed(mimeDeltaSchema, delta)?.mime.previous;

const noBytes = { bytesReceived: 0, totalBytes: null };

/** `ownId` is this extension's id. */
export function createDownloads(api: DownloadsApi, ownId: string, quirks: Quirks): Downloads {
  function statusOf(item: Item, wasAtClose: boolean): SnapshotStatus {
    if (quirks.isPaused(item)) return { kind: 'paused' };
    if (item.state === 'complete') return { kind: 'completed' };
    if (item.state === 'interrupted' && item.error)
      return { kind: 'failed', reason: wasAtClose ? quirks.reasonAtClose(item.error) : item.error };
    return { kind: 'running' };
  }

  async function search(
    query: Parameters<DownloadsApi['search']>[0],
    atClose: ReadonlySet<string> = new Set(),
  ): Promise<DownloadSnapshot[]> {
    const found = await api.search(query);
    // Not before the answer: while that comes, so may the news of what a server sent.
    const [reference, sentType] = await Promise.all([quirks.references(), quirks.sentTypes()]);
    return found.flatMap((raw) => {
      const known = parsed(itemSchema, raw);
      if (!known) return [];
      const item = { ...known, url: shortened(known.url), finalUrl: shortened(known.finalUrl || known.url) };
      const { bytesReceived, totalBytes } = quirks.isErrorPage(item) ? noBytes : item;
      const ref = reference(item);
      return {
        item: ref,
        url: item.url,
        finalUrl: item.finalUrl,
        referrer: item.referrer || null,
        filename: item.filename ?? '',
        mime: item.mime || null,
        cookieStoreId: item.cookieStoreId || null,
        incognito: item.incognito ?? false,
        ours: item.byExtensionId === ownId,
        startedAt: Date.parse(item.startTime) || 0,
        bytesReceived: Math.max(0, bytesReceived ?? 0),
        exactBytes: quirks.exactBytes,
        // Unknown is 0 in Chrome and -1 in Firefox.
        totalBytes: totalBytes !== null && totalBytes > 0 ? totalBytes : null,
        sizeOnDisk: item.state === 'complete' ? quirks.sizeOnDisk(item) : null,
        sentType: sentType(item),
        canResume: item.canResume ?? false,
        status: statusOf(item, atClose.has(ref.key)),
      };
    });
  }

  const find = async (id: number): Promise<DownloadSnapshot | undefined> => (await search({ id }))[0];

  // Chrome's `state` and `error` filters only find cancelled items, and without a limit it returns at most 1000.
  const list = (since?: number, atClose?: ReadonlySet<string>): Promise<DownloadSnapshot[]> =>
    search(
      { limit: 0, ...(since !== undefined && { startedAfter: new Date(since).toISOString() }) },
      atClose,
    );

  async function findAgain(
    item: ItemRef,
    atClose?: ReadonlySet<string>,
  ): Promise<DownloadSnapshot | undefined> {
    const [snapshot] = await search({ id: item.id }, atClose);
    if (snapshot?.item.key === item.key) return snapshot;
    // Within its session an item keeps its key, and another that began in the same moment has the same trace.
    if (item.trace === null || item.session === (await quirks.session())) return undefined;
    return (await list(undefined, atClose)).find(({ item: { trace } }) => trace === item.trace);
  }

  return {
    find,
    findAgain,
    list,
    session: quirks.session,
    resume: (id) => quirks.resumed(api.resume(id)),
    async cancelItem(item) {
      const found = await findAgain(item);
      if (found?.status.kind === 'running' || found?.status.kind === 'paused')
        await api.cancel(found.item.id);
    },
    async start(request) {
      const { url, filename } = request;
      const options = { url, conflictAction: 'uniquify' as const };
      const start = (named: { filename?: string }): Promise<number> =>
        quirks.start(api, { ...options, ...named }, request);
      if (filename === null) return start({});
      return start({ filename }).catch((error: unknown) => {
        // Both browsers refuse some names that a download can have, such as `x.lnk`: the file matters more than its
        // name.
        if (!/filename/i.test(String(error))) throw error;
        return start({});
      });
    },
  };
}
