/** What {@link createPageStarts} uses of Chrome, and what its requests tell. */
import { isAttachment } from '../domain/content-disposition.ts';
import type { Evidence } from '../domain/failure.ts';
import { withoutFragment } from '../domain/file-name.ts';
import { beginsDownload } from '../domain/page-answer.ts';
import browser from './browser.ts';
import { isOnline } from './connection.ts';
import { headerOf, saidIn } from './evidence.ts';
import { tellFrames } from './frames.ts';
import { createPageStarts, type PageStarts, type PageStartsApi, type Rule } from './page-starts.ts';
import { privateWindow, readReach } from './reach.ts';
import { type AnsweredRequest, listenToRequests } from './requests.ts';
import { unattended } from './unattended.ts';

/** What the polyfill's types leave out of Chrome. */
declare const chrome: {
  offscreen: {
    createDocument(options: { url: string; reasons: string[]; justification: string }): Promise<void>;
    closeDocument(): Promise<void>;
  };
  runtime: { getContexts(filter: { contextTypes: string[] }): Promise<unknown[]> };
  declarativeNetRequest: {
    getSessionRules(): Promise<(Rule & { id: number })[]>;
    updateSessionRules(change: {
      removeRuleIds: number[];
      addRules: (Rule & { id: number })[];
    }): Promise<void>;
  };
};

const hasDocument = async (): Promise<boolean> =>
  (await chrome.runtime.getContexts({ contextTypes: ['OFFSCREEN_DOCUMENT'] })).length > 0;

const api: PageStartsApi = {
  reach: readReach,
  rules: () => chrome.declarativeNetRequest.getSessionRules(),
  async setRules(rules) {
    const before = await chrome.declarativeNetRequest.getSessionRules();
    await chrome.declarativeNetRequest.updateSessionRules({
      removeRuleIds: before.map(({ id }) => id),
      addRules: rules.map(({ condition, action }, index) => ({ id: index + 1, condition, action })),
    });
  },
  async openFrame(url) {
    if (!(await hasDocument())) {
      await chrome.offscreen.createDocument({
        url: 'frames.html',
        reasons: ['IFRAME_SCRIPTING'],
        justification: 'To try a failed download again as the page that it began on.',
      });
    }
    await tellFrames({ frames: 'open', url });
  },
  async keepFrames(urls) {
    if (!(await hasDocument())) return;
    await (urls.length === 0
      ? chrome.offscreen.closeDocument()
      : tellFrames({ frames: 'keep', urls: [...urls] }));
  },
  privateWindow,
  tabs: async () => (await browser.tabs.query({})).flatMap(({ id }) => id ?? []),
  async openTab(windowId, url) {
    const { id } = await browser.tabs.create({ windowId, url, active: false });
    if (id === undefined) throw new Error('The tab has no id.');
    return id;
  },
  // It closes by itself when a download begins.
  closeTab: (id) => browser.tabs.remove(id).catch(() => undefined),
  async tabsWaitingFor(url) {
    const tabs = await browser.tabs.query({ status: 'loading' });
    return tabs.flatMap(({ id, incognito, pendingUrl }) =>
      incognito && id !== undefined && pendingUrl === url ? id : [],
    );
  },
};

export const chromePageStarts = (): PageStarts => createPageStarts(api, browser.runtime.id);

/** A request of ours that ended without a download. */
export interface VainRequest {
  /** The address that was asked for at first, without its fragment. */
  url: string;
  incognito: boolean;
  evidence: Evidence;
}

/** Chrome names the origin that asked. */
type Details = Pick<AnsweredRequest, 'requestId' | 'url' | 'type' | 'tabId' | 'timeStamp'> & {
  initiator?: string;
};

/**
 * Calls `listener` when a request of ours ended without a download. Must be called while the background starts; needs
 * the permission to see requests.
 */
export function watchPageStarts(pageStarts: PageStarts, listener: (request: VainRequest) => void): void {
  const own = browser.runtime.getURL('').slice(0, -1);
  /** Where redirected requests began. */
  const origins = new Map<string, string>();
  /** Requests that have their answer: what comes after that is told by the download. */
  const answered = new Set<string>();

  /** Ours is what our document's frames ask for, and a few of all tabs. */
  const mayBeOurs = ({ type, initiator }: Details): boolean =>
    type === 'main_frame' || (type === 'sub_frame' && initiator === own);

  async function cameToNothing(details: Details, told: Partial<Evidence>): Promise<void> {
    const { requestId, type, tabId, timeStamp } = details;
    const url = origins.get(requestId) ?? withoutFragment(details.url);
    const incognito = type === 'main_frame';
    if (incognito && !(await pageStarts.isOurTab(tabId))) return;
    const nothing = { status: null, error: null, type: null, length: null, waitUntil: null };
    const offline = !isOnline() && { offline: true };
    listener({ url, incognito, evidence: { ...nothing, endedAt: timeStamp, ...told, ...offline } });
  }

  const listeners = {
    answered(details: AnsweredRequest & { initiator?: string }): undefined {
      const { statusCode: status, requestId, url } = details;
      if (!mayBeOurs(details)) return;
      if (status >= 300 && status < 400) {
        if (!origins.has(requestId)) origins.set(requestId, withoutFragment(url));
        return;
      }
      answered.add(requestId);
      const said = saidIn(details);
      // A page that is only given a name is shown.
      const attachment = isAttachment(headerOf(details)('content-disposition') ?? '');
      if (!beginsDownload({ status, type: said.type, attachment }))
        unattended(cameToNothing(details, { status, ...said }));
    },
    completed({ requestId }: Details): void {
      origins.delete(requestId);
      answered.delete(requestId);
    },
    failed(details: Details & { error: string }): void {
      const { error, requestId } = details;
      const isLate = answered.delete(requestId);
      // Of an aborted one somebody has let go.
      if (!isLate && mayBeOurs(details) && error !== 'net::ERR_ABORTED')
        unattended(cameToNothing(details, { error }));
      origins.delete(requestId);
    },
  };

  listenToRequests(listeners, ['main_frame', 'sub_frame']);
}
