import type { Reach } from '../../src/domain/retry-way.ts';
import type { VainRequest } from '../../src/platform/chrome-page-starts.ts';
import type { PageStartsApi, Rule } from '../../src/platform/page-starts.ts';
import type { FakeDownloads } from './downloads.ts';

/** A request that a frame or tab of ours has sent and that has no answer yet. */
interface Pending {
  url: string;
  referer: string | undefined;
  /** Its tab, in a private window. */
  tab: number | undefined;
}

/**
 * What Chrome offers for asking as a page does, with its quirks: rules, frames and tabs outlive the background, a frame
 * that is removed takes back what is not yet answered, and the item that comes of it isn't marked as ours.
 */
export class FakePageStarts implements PageStartsApi {
  allowed = true;
  windowOpen = false;
  /** Whether rules are refused, as in a Chrome that doesn't know some of their fields. */
  old = false;
  standing: Rule[] = [];
  frames: Pending[] = [];
  tabsOpen: Pending[] = [];
  /** The addresses of all requests, and the `Referer` that each had. */
  readonly sent: { url: string; referer: string | undefined }[] = [];
  readonly #downloads: FakeDownloads;
  #nextTab = 1;

  constructor(downloads: FakeDownloads) {
    this.#downloads = downloads;
  }

  // What servers do.

  /** The server begins to send the file for the oldest request of an address. Gives the item's id. */
  answer(url: string): number {
    const { tab } = this.#take(url);
    return this.#downloads.begin({ url, incognito: tab !== undefined, asPage: true });
  }

  /** The server sends something else, which makes no item. */
  refuse(url: string): void {
    const { tab } = this.#take(url);
    this.onRefused({
      url,
      incognito: tab !== undefined,
      evidence: { ...this.refusal, endedAt: this.#downloads.clock },
    });
  }

  /** What servers do at once, if anything. */
  servers: 'answer' | 'refuse' | 'wait' = 'wait';
  /** What a refusal shows. */
  refusal = { status: 404, error: null, type: 'text/html', length: null, waitUntil: null };
  /** Who hears of a refusal. */
  onRefused: (request: VainRequest) => void = () => {};

  #reached(url: string): void {
    if (this.servers === 'answer') this.answer(url);
    if (this.servers === 'refuse') this.refuse(url);
  }

  get pending(): string[] {
    return [...this.frames, ...this.tabsOpen].map(({ url }) => url);
  }

  #take(url: string): Pending {
    const all = [...this.frames, ...this.tabsOpen];
    const found = all.find((one) => one.url === url);
    if (!found) throw new Error(`Nobody asks for ${url}.`);
    this.frames = this.frames.filter((one) => one !== found);
    this.tabsOpen = this.tabsOpen.filter((one) => one !== found);
    return found;
  }

  #send(url: string, tab?: number): Pending {
    const rule = this.standing.find(
      ({ condition, action }) => condition.urlFilter === `|${url}|` && action.requestHeaders,
    );
    const referer = rule?.action.requestHeaders?.[0]?.value;
    this.sent.push({ url, referer });
    return { url, referer, tab };
  }

  /** The browser dies and comes back: nothing of this outlives it. */
  restart(): void {
    this.standing = [];
    this.frames = [];
    this.tabsOpen = [];
  }

  // The API.

  async reach(): Promise<Reach> {
    return { asPage: this.allowed, privateWindow: this.allowed && this.windowOpen };
  }

  async rules(): Promise<Rule[]> {
    return structuredClone(this.standing);
  }

  async setRules(rules: readonly Rule[]): Promise<void> {
    if (this.old) throw new TypeError("Unexpected property: 'excludedResponseHeaders'.");
    this.standing = structuredClone([...rules]);
  }

  async openFrame(url: string): Promise<void> {
    this.frames.push(this.#send(url));
    this.#reached(url);
  }

  async keepFrames(urls: readonly string[]): Promise<void> {
    const wanted = [...urls];
    this.frames = this.frames.filter(({ url }) => {
      const at = wanted.indexOf(url);
      return at >= 0 && wanted.splice(at, 1).length > 0;
    });
  }

  async privateWindow(): Promise<number | undefined> {
    return this.windowOpen ? 1 : undefined;
  }

  /** The tabs of the person. */
  othersTabs = [101, 102];

  async tabs(): Promise<number[]> {
    return [...this.othersTabs, ...this.tabsOpen.flatMap(({ tab }) => tab ?? [])];
  }

  async openTab(_windowId: number, url: string): Promise<number> {
    const id = this.#nextTab++;
    this.tabsOpen.push(this.#send(url, id));
    this.#reached(url);
    return id;
  }

  async closeTab(id: number): Promise<void> {
    this.tabsOpen = this.tabsOpen.filter(({ tab }) => tab !== id);
  }

  async tabsWaitingFor(url: string): Promise<number[]> {
    return this.tabsOpen.flatMap((one) => (one.url === url ? (one.tab ?? []) : []));
  }
}
