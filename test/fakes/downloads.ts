import type { DownloadsApi } from '../../src/platform/downloads.ts';

type Kind = 'chrome' | 'firefox';

/** A change as `downloads.onChanged` reports it; what was cleared has no `current` in Chrome and null in Firefox. */
export interface FakeDelta {
  id: number;
  [field: string]: unknown;
}

interface FakeItem {
  id: number;
  url: string;
  referrer: string;
  filename: string;
  incognito: boolean;
  startTime: string;
  state: 'in_progress' | 'interrupted' | 'complete';
  paused: boolean;
  error: string | null;
  canResume: boolean;
  bytesReceived: number;
  totalBytes: number | null;
  /** The type that the server sent. */
  sent: string | null;
  fileSize: number;
  byExtensionId: string | null;
  /** Whether the extension asked for it as a page does, of which the browser tells nothing. */
  asPage: boolean;
  /** Resumes since the last gesture; Chrome stops listening after some. */
  resumes: number;
}

/** What a test is told of an item. */
interface Told {
  id: number;
  file: string;
  startTime: string;
  ours: boolean;
}

/** What a fake download starts from. */
export interface FakeRequest {
  url?: string;
  filename?: string;
  referrer?: string;
  incognito?: boolean;
  byExtensionId?: string;
  asPage?: boolean;
  totalBytes?: number | null;
  /** The type that the server sends. */
  sent?: string;
}

/** Resumes without a gesture that Chrome carries out before it only pretends to. */
const SILENT_AFTER = 4;
/** Some of the names that both refuse, wherever they run. */
const REFUSED_NAME = /[:?*"<>|]|^\.|\.lnk$/i;
/** Chrome gives no more items than this unless told otherwise. */
const CHROME_LIMIT = 1000;

/** The name that a browser gives what comes from an address. */
const nameIn = (url: string): string =>
  (/^https?:[^?#]*\/([^/?#]+)/.exec(url)?.[1] ?? 'download').slice(0, 100);

/**
 * A browser's downloads with the quirks of the real ones, for tests of what no real browser can be brought to do
 * quickly. Everything that happens is told to `listeners` as the browser would tell it.
 */
export class FakeDownloads implements DownloadsApi {
  readonly ownId = 'ours';
  readonly listeners: ((delta: FakeDelta) => void)[] = [];
  readonly erasedListeners: ((id: number) => void)[] = [];
  readonly createdListeners: ((id: number) => void)[] = [];
  /** The number of calls of `download()` that, as in Chrome, stay pending for ever. */
  lostCalls = 0;
  /** All that was asked of `download()`. */
  readonly requests: Parameters<DownloadsApi['download']>[0][] = [];
  /** What becomes of a download that the extension starts or resumes; nothing unless set. */
  onStart: (id: number) => void = () => {};
  readonly #items = new Map<number, FakeItem>();
  readonly #settled = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  #nextId = 1;
  /** ms since the epoch; start times are taken from it. */
  clock = Date.UTC(2026, 0, 1);

  readonly kind: Kind;

  constructor(kind: Kind) {
    this.kind = kind;
  }

  /** What is under way: the items, the files they are for, and whether the extension started them. */
  running(): Told[] {
    return this.#told(({ state }) => state === 'in_progress');
  }

  /** What the person has paused; in Chrome these count as running, too. */
  paused(): Told[] {
    return this.#told(({ paused, state }) => paused && state !== 'complete');
  }

  /** What has failed, or was cancelled. */
  failed(): Told[] {
    return this.#told(({ state, paused }) => state === 'interrupted' && !paused);
  }

  completed(): Told[] {
    return this.#told(({ state }) => state === 'complete');
  }

  #told(isWanted: (item: FakeItem) => boolean): Told[] {
    return [...this.#items.values()]
      .filter(isWanted)
      .map(({ id, url, startTime, byExtensionId, asPage }) => ({
        id,
        file: nameIn(url),
        startTime,
        ours: byExtensionId === this.ownId || asPage,
      }));
  }

  // What the browser and the person do.

  begin(request: FakeRequest = {}): number {
    const id = this.#nextId++;
    const url = request.url ?? `http://host.example/file-${id}.zip`;
    this.#items.set(id, {
      id,
      url,
      referrer: request.referrer ?? '',
      filename: this.#free(request.filename ?? `/home/me/Downloads/${nameIn(url)}`),
      incognito: request.incognito ?? false,
      startTime: new Date(this.clock).toISOString(),
      state: 'in_progress',
      paused: false,
      error: null,
      canResume: false,
      bytesReceived: 0,
      totalBytes: request.totalBytes === undefined ? 1000 : request.totalBytes,
      sent: request.sent ?? null,
      fileSize: -1,
      byExtensionId: request.byExtensionId ?? null,
      asPage: request.asPage ?? false,
      resumes: 0,
    });
    const { sent } = this.#item(id);
    if (this.kind === 'chrome')
      this.#tell({
        id,
        filename: { previous: '', current: this.#item(id).filename },
        ...(sent !== null && { mime: { previous: sent, current: 'application/of-its-name' } }),
      });
    else for (const listener of this.createdListeners) listener(id);
    return id;
  }

  /** The name, with a number if a complete file has it. */
  #free(path: string): string {
    const taken = new Set(
      [...this.#items.values()].flatMap(({ state, filename }) => (state === 'complete' ? filename : [])),
    );
    let free = path;
    for (let number = 1; taken.has(free); number += 1)
      free = path.replace(/(\.\w+)?$/, `${this.kind === 'chrome' ? ' ' : ''}(${number})$1`);
    return free;
  }

  /** Bytes come, of which no event tells. */
  receive(id: number, bytes: number): void {
    this.#item(id).bytesReceived = bytes;
  }

  fail(id: number, error: string, how: { bytes?: number; canResume?: boolean } = {}): void {
    const { bytes = 500, canResume = bytes > 0 } = how;
    this.#change(id, { state: 'interrupted', paused: false, error, bytesReceived: bytes, canResume });
    this.#settled.get(id)?.reject(new Error('The transfer failed again.'));
  }

  /** `bytes` is how many are on disk. */
  complete(id: number, bytes = this.#item(id).totalBytes ?? 1000): void {
    this.#change(id, {
      state: 'complete',
      error: null,
      canResume: false,
      bytesReceived: bytes,
      fileSize: bytes,
    });
    this.#settled.get(id)?.resolve();
  }

  pause(id: number): void {
    if (this.kind === 'chrome') {
      this.#change(id, { paused: true, canResume: true });
    } else {
      // First the state, then, without it, an error.
      this.#change(id, { state: 'interrupted', paused: true, canResume: true });
      this.#change(id, { error: 'USER_CANCELED' });
    }
  }

  /** The person lets a paused download go on. */
  unpause(id: number): void {
    this.#change(id, { state: 'in_progress', paused: false, error: null, canResume: false });
  }

  erase(id: number): void {
    const { error } = this.#item(id);
    this.#items.delete(id);
    if (this.kind === 'chrome' && error !== null) {
      this.#tell({ id, error: { previous: error, current: 'USER_CANCELED' } });
    }
    for (const listener of this.erasedListeners) listener(id);
  }

  /** The browser dies, or is closed, and comes back, perhaps in the middle of downloads. */
  restart(how: 'crash' | 'close' = 'crash'): void {
    this.#settled.clear();
    if (this.kind === 'chrome') {
      const ending =
        how === 'crash'
          ? { error: 'CRASH', canResume: true }
          : { error: 'USER_CANCELED', canResume: false, bytesReceived: 0 };
      for (const item of this.#items.values()) {
        if (item.state === 'in_progress') Object.assign(item, { state: 'interrupted', ...ending });
      }
      return;
    }
    // Firefox keeps what has partial data, under new ids, and nothing that an extension started. It goes on by itself
    // with what was in progress, which moves the start.
    const kept = [...this.#items.values()].filter(
      ({ state, bytesReceived, byExtensionId }) =>
        state !== 'complete' && bytesReceived > 0 && byExtensionId === null,
    );
    this.#items.clear();
    this.#nextId = 1;
    for (const item of kept) {
      const id = this.#nextId++;
      const startTime = item.state === 'in_progress' ? new Date(this.clock).toISOString() : item.startTime;
      this.#items.set(id, { ...item, id, startTime });
    }
  }

  /** Changes an item without a word, as happens while the extension is not there. */
  quietly(work: () => void): void {
    const listeners = this.listeners.splice(0);
    const erasedListeners = this.erasedListeners.splice(0);
    const createdListeners = this.createdListeners.splice(0);
    work();
    this.listeners.push(...listeners);
    this.erasedListeners.push(...erasedListeners);
    this.createdListeners.push(...createdListeners);
  }

  /** The person presses Retry in the browser's own list, which also starts what can't go on after its bytes. */
  resumeByPerson(id: number): void {
    this.#change(id, { state: 'in_progress', error: null, canResume: false });
  }

  tellAgain(id: number): void {
    this.#tell({ id, state: { current: this.#items.get(id)?.state } });
  }

  // The API.

  async search(query: { id?: number; startedAfter?: string; limit?: number }): Promise<unknown[]> {
    const { id, startedAfter } = query;
    const limit = query.limit ?? (this.kind === 'chrome' ? CHROME_LIMIT : 0);
    const found = [...this.#items.values()]
      .filter((item) => id === undefined || item.id === id)
      .filter((item) => startedAfter === undefined || item.startTime > startedAfter)
      .map((item) => this.#shown(item));
    return limit === 0 ? found : found.slice(0, limit);
  }

  download(request: Parameters<DownloadsApi['download']>[0]): Promise<number> {
    this.requests.push(request);
    const { url, filename, incognito = false, headers, cookieStoreId } = request;
    if (this.kind === 'chrome' && (headers || cookieStoreId)) {
      return Promise.reject(new Error("Unexpected property: 'headers' or 'cookieStoreId'."));
    }
    if (!URL.canParse(url)) return Promise.reject(new Error('Invalid URL.'));
    if (filename !== undefined && REFUSED_NAME.test(filename)) {
      const word =
        this.kind === 'chrome' ? 'Invalid filename' : 'filename must not contain illegal characters';
      return Promise.reject(new Error(word));
    }
    if (this.lostCalls > 0) {
      this.lostCalls -= 1;
      return new Promise(() => {});
    }
    this.clock += 1;
    const id = this.begin({
      url,
      incognito,
      byExtensionId: this.ownId,
      ...(filename === undefined ? {} : { filename: `/home/me/Downloads/${filename}` }),
    });
    this.onStart(id);
    return Promise.resolve(id);
  }

  resume(id: number): Promise<void> {
    const item = this.#items.get(id);
    if (!item?.canResume) return Promise.reject(new Error('DownloadItem.canResume must be true'));
    item.resumes += 1;
    if (this.kind === 'chrome') {
      if (item.resumes > SILENT_AFTER) return Promise.resolve();
      this.#change(id, { state: 'in_progress', error: null, canResume: false });
      this.onStart(id);
      return Promise.resolve();
    }
    this.clock += 1;
    item.startTime = new Date(this.clock).toISOString();
    this.#change(id, { state: 'in_progress', error: null, canResume: false });
    const settled = new Promise<void>((resolve, reject) => this.#settled.set(id, { resolve, reject }));
    this.onStart(id);
    return settled;
  }

  /** Also what the person's own press does. */
  async cancel(id: number): Promise<void> {
    const item = this.#items.get(id);
    if (item === undefined || item.state === 'complete') return;
    // Chrome leaves `paused` as it was.
    const paused = this.kind === 'chrome' && item.paused;
    this.#change(id, { state: 'interrupted', error: 'USER_CANCELED', canResume: false, paused });
  }

  #item(id: number): FakeItem {
    const item = this.#items.get(id);
    if (!item) throw new Error(`There is no item ${id}.`);
    return item;
  }

  #shown({ resumes, error, totalBytes, byExtensionId, sent, asPage, ...item }: FakeItem): unknown {
    return this.kind === 'chrome'
      ? {
          ...item,
          finalUrl: item.url,
          mime: '',
          totalBytes: totalBytes ?? 0,
          ...(error === null ? {} : { error }),
          ...(byExtensionId === null ? {} : { byExtensionId }),
        }
      : {
          ...item,
          cookieStoreId: 'firefox-default',
          mime: item.state === 'complete' ? sent : null,
          endTime: null,
          totalBytes: totalBytes ?? -1,
          error,
          byExtensionId,
        };
  }

  #change(id: number, fields: Partial<FakeItem>): void {
    const item = this.#item(id);
    const delta: FakeDelta = { id };
    for (const field of ['state', 'paused', 'error', 'canResume'] as const) {
      const current = fields[field];
      const previous = item[field];
      if (current === undefined || current === previous) continue;
      const cleared = this.kind === 'chrome' && current === null;
      const began = this.kind === 'chrome' && previous === null;
      delta[field] = { ...(began ? {} : { previous }), ...(cleared ? {} : { current }) };
    }
    Object.assign(item, fields);
    this.#tell(delta);
  }

  #tell(delta: FakeDelta): void {
    for (const listener of this.listeners) listener(delta);
  }
}
