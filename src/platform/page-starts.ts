/**
 * Starts a download in Chrome as the page would that it first began on, whose address `downloads.download()` can't name:
 * in a frame of a document that nobody sees or, in a private window, in a tab behind the others. Needs the permission to
 * see requests.
 *
 * Rules for the browser's session set the `Referer` on exactly the wanted addresses, and only for our frame or tab. The
 * same rules keep the site from doing anything there: it runs and loads nothing, also if it answers with a page. They
 * outlive the background, and are all that is remembered of a start, so that the next background ends what its
 * predecessor left.
 */
import { pageTypes } from '../domain/page-answer.ts';
import { refererFor } from '../domain/referer.ts';
import { leastReach, type Reach } from '../domain/retry-way.ts';
import { createMutex } from './mutex.ts';

/** What is asked for. */
export interface PageStart {
  url: string;
  /** Where it was redirected to before; the same as `url` if nowhere. */
  finalUrl: string;
  referrer: string | null;
  incognito: boolean;
}

interface HeaderChange {
  header: string;
  operation: 'set';
  value: string;
}

interface HeaderTest {
  header: string;
  values?: string[];
}

/** For which requests a rule holds. */
interface Scope {
  resourceTypes?: string[];
  urlFilter?: string;
  isUrlFilterCaseSensitive?: boolean;
  initiatorDomains?: string[];
  excludedInitiatorDomains?: string[];
  tabIds?: number[];
  excludedTabIds?: number[];
  /** New in Chrome 128; an older one refuses such a rule. */
  excludedResponseHeaders?: HeaderTest[];
}

/** One of the browser's rules, but for its number. */
export interface Rule {
  condition: Scope;
  action: { type: string; requestHeaders?: HeaderChange[]; responseHeaders?: HeaderChange[] };
}

/** What we use of the browser for this. */
export interface PageStartsApi {
  reach(): Promise<Reach>;
  rules(): Promise<Rule[]>;
  /** Puts these rules in the place of all others at once. */
  setRules(rules: readonly Rule[]): Promise<void>;
  openFrame(url: string): Promise<void>;
  /**
   * Keeps one frame for each of these addresses, the newest, and removes all others, which ends requests that are not
   * yet answered.
   */
  keepFrames(urls: readonly string[]): Promise<void>;
  /** The id of an open private window. */
  privateWindow(): Promise<number | undefined>;
  /** The ids of all tabs. */
  tabs(): Promise<number[]>;
  openTab(windowId: number, url: string): Promise<number>;
  /** Closes a tab, if it is still there. */
  closeTab(id: number): Promise<void>;
  /** The private tabs that wait for the answer of an address. */
  tabsWaitingFor(url: string): Promise<number[]>;
}

export interface PageStarts {
  reach(): Promise<Reach>;
  /**
   * Asks for a file, after it has ended all starts but the `others`. What comes of it shows in the browser's downloads,
   * or in its requests.
   * @throws when that can't be done.
   */
  start(asked: PageStart, others: () => Promise<readonly PageStart[]>): Promise<void>;
  /**
   * Ends all starts but those that `wanted` gives, which is asked once no start is on its way: requests that are not yet
   * answered end, and downloads that have begun go on. Starts for one address are all the same: as many stay as are
   * wanted.
   */
  keepOnly(wanted: () => Promise<readonly PageStart[]>): Promise<void>;
  /** Whether a tab is one of ours. */
  isOurTab(id: number): Promise<boolean>;
}

/** Where there is no such way. */
export const noPageStarts: PageStarts = {
  reach: async () => leastReach,
  start: () => Promise.reject(new Error('There is no such way.')),
  keepOnly: async () => undefined,
  isOurTab: async () => false,
};

/**
 * Exactly that address; Chrome compares its fragment, too. The filter has no way to say that `*` and `^` stand for
 * themselves: they may be others as well.
 */
const filterFor = (url: string): string => `|${url}|`;

const setting = (header: string, value: string): HeaderChange[] => [{ header, operation: 'set', value }];

const pages: HeaderTest = { header: 'content-type', values: pageTypes.map((type) => `${type}*`) };
const named = 'content-disposition';

/** A page in place of the file runs nothing and loads nothing. */
const powerless = setting('content-security-policy', "default-src 'none'; sandbox");

/** For answers from anywhere: whatever is no page is saved, under its own name if it has one. */
const guards: readonly Rule[] = [
  { condition: {}, action: { type: 'modifyHeaders', responseHeaders: powerless } },
  {
    condition: { excludedResponseHeaders: [{ header: named, values: ['attachment*'] }, pages] },
    action: { type: 'modifyHeaders', responseHeaders: setting(named, 'attachment') },
  },
];

/** The addresses that are expected in a start, as filters. */
const filtersOf = ({ url, finalUrl }: PageStart): string[] => [...new Set([url, finalUrl].map(filterFor))];

/** The rules for a start, within `scope`. */
function rulesFor(asked: PageStart, scope: Scope): Rule[] {
  const naming = [...new Set([asked.url, asked.finalUrl])].map((url): Rule => {
    const referer = refererFor(url, asked.referrer);
    return {
      condition: { ...scope, urlFilter: filterFor(url), isUrlFilterCaseSensitive: true },
      action: {
        type: 'modifyHeaders',
        ...(referer !== undefined && { requestHeaders: setting('referer', referer) }),
        responseHeaders: powerless,
      },
    };
  });
  return [
    ...naming,
    ...guards.map(({ condition, action }) => ({ condition: { ...scope, ...condition }, action })),
  ];
}

const tabOf = ({ condition }: Rule): number | undefined => condition.tabIds?.[0];

/** Whether a background left it that died before it knew the number of its tab. */
const isUnbound = ({ condition }: Rule): boolean =>
  condition.tabIds === undefined && condition.initiatorDomains === undefined;

const addressOf = ({ condition }: Rule): string => condition.urlFilter?.slice(1, -1) ?? '';

/** `ownId` is this extension's id, by which rules know our frames. */
export function createPageStarts(api: PageStartsApi, ownId: string): PageStarts {
  /** One at a time, as each sets all rules. */
  const exclusive = createMutex();
  /** The rules that stand, once they are known: nobody else sets any. */
  let standing: readonly Rule[] | undefined;

  async function rules(): Promise<readonly Rule[]> {
    standing ??= await api.rules();
    return standing;
  }

  async function setRules(next: readonly Rule[]): Promise<void> {
    standing = undefined;
    await api.setRules(next);
    standing = next;
  }

  async function startInTab(asked: PageStart, others: readonly Rule[]): Promise<void> {
    const { url, referrer } = asked;
    const windowId = await api.privateWindow();
    if (windowId === undefined) throw new Error('No private window is open.');
    const page = referrer !== null && URL.canParse(referrer) ? new URL(referrer).hostname : '';
    // A tab that is opened empty first would go on without the site's strictest cookies. So until its number is known,
    // the address in a new tab has to do, and what the page itself asks for is left out.
    const inNewTab: Scope = {
      resourceTypes: ['main_frame'],
      urlFilter: filterFor(url),
      excludedTabIds: await api.tabs(),
      ...(page !== '' && { excludedInitiatorDomains: [page] }),
    };
    await setRules([...others, ...rulesFor(asked, inNewTab)]);
    const id = await api.openTab(windowId, url);
    await setRules([...others, ...rulesFor(asked, { resourceTypes: ['main_frame'], tabIds: [id] })]);
  }

  async function keep(asked: readonly PageStart[]): Promise<void> {
    const all = await rules();
    if (all.length === 0) return;
    const framed = asked.filter(({ incognito }) => !incognito);
    await api.keepFrames(framed.map(({ url }) => url));
    const inFrames = new Set(framed.flatMap(filtersOf));
    // The newest first: of two for one address, that of the older is the likelier to be answered.
    const tabs = [...new Set(all.map(tabOf))].filter((id) => id !== undefined).reverse();
    const keptTabs = new Set<number>();
    for (const { url, incognito } of asked) {
      const isFor = (id: number): boolean =>
        all.some((rule) => tabOf(rule) === id && rule.condition.urlFilter === filterFor(url));
      const tab = incognito ? tabs.find((id) => !keptTabs.has(id) && isFor(id)) : undefined;
      if (tab !== undefined) keptTabs.add(tab);
    }
    for (const id of tabs) if (!keptTabs.has(id)) await api.closeTab(id);
    for (const address of new Set(all.filter(isUnbound).map(addressOf)))
      for (const id of await api.tabsWaitingFor(address)) await api.closeTab(id);
    const kept = all.filter((rule) => {
      const { urlFilter } = rule.condition;
      const tab = tabOf(rule);
      if (tab !== undefined) return keptTabs.has(tab);
      if (isUnbound(rule)) return false;
      return urlFilter === undefined ? framed.length > 0 : inFrames.has(urlFilter);
    });
    if (kept.length < all.length) await setRules(kept);
  }

  return {
    reach: api.reach,
    start: (asked, others) =>
      exclusive(async () => {
        // One that the person cancelled a moment ago may still be there, and be for the same address.
        await keep(await others());
        const standing = await rules();
        if (asked.incognito) return startInTab(asked, standing);
        const scope: Scope = { resourceTypes: ['sub_frame'], initiatorDomains: [ownId] };
        await setRules([...standing, ...rulesFor(asked, scope)]);
        await api.openFrame(asked.url);
      }),
    keepOnly: (wanted) => exclusive(async () => keep(await wanted())),
    isOurTab: (id) => exclusive(async () => (await rules()).some((rule) => tabOf(rule) === id)),
  };
}
