/**
 * Downloads that never began: a link that ends in an error is no download for either browser, and for the person it is
 * a failed one. A wrong yes makes a failure of a page that nobody wanted to keep, so in doubt it was a page.
 *
 * | a request of a page is for a file if                              | and it                                       |
 * | ----------------------------------------------------------------- | -------------------------------------------- |
 * | the answer's header says that it is to be saved                   | was answered with a status of 400 or more    |
 * | its address ends as that of a file that no browser shows          | was, or ended in an error before any answer  |
 */
import { diagnose } from './diagnosis.ts';
import { evidenceIn, type SeenRequest, silent } from './evidence.ts';
import type { DownloadSnapshot, ObservedDownload } from './failure.ts';
import { withoutFragment } from './file-name.ts';
import type { Browser } from './reasons.ts';

/** What the browser says about who made a request. */
export interface Asking {
  /** As the browser calls it. */
  type: string;
  /** Whether a tab shows the answer. */
  inTab: boolean;
  /** The address, or only the origin, of the page that asked; undefined if none did. */
  by: string | undefined;
  /** Whether the browser only prepares for what the person may want. */
  ahead: boolean;
}

/**
 * Whether a page in a tab asked for it as it asks for another page. What the person enters or has kept is not among
 * them: Chrome tells of what it fetches ahead, and of what extensions open, in the same way.
 */
export const isAskedByPage = ({ type, inTab, by, ahead }: Asking): boolean =>
  (type === 'main_frame' || type === 'sub_frame') && inTab && !ahead && by !== undefined && isWeb(by);

const isWeb = (url: string): boolean => /^https?:/i.test(url);

/** The endings of what browsers save and never show. Those of programs on servers are not here, nor what some show. */
const ofFiles = new RegExp(
  `\\.(${[
    '7z|apk|appimage|appx|appxbundle|bin|bz2|cab|deb|dmg|exe|gz|img|iso|jar|msi|msix|msixbundle|pkg|rar|rpm|tar|tgz',
    'tbz2|txz|xapk|xz|zip|zipx|zst|docx?|docm|dotx|xls[xmb]?|pp[ts]x?|pptm|od[tspg]|rtf|epub|mobi|azw3?|torrent',
    'psd|dwg|dxf|stl|3mf|blend|ova|ovf|qcow2|vdi|vhdx?|vmdk|whl|nupkg',
  ].join('|')})$`,
  'i',
);

/**
 * The folders in which wikis, code browsers and searches have pages about a file, under its name; wikis also mark the
 * name itself (`File:`, `Datei:`). And the folder of programs on servers.
 */
const ofPages = /\/(wiki|blob|tree|blame|commits?|src\/(branch|commit|tag)|search|cgi-bin)\/|:[^/:]*$/i;

/** Whether an address ends as that of a file that no browser shows. Its host and its query tell nothing. */
export function isFileAddress(url: string): boolean {
  if (!isWeb(url) || !URL.canParse(url)) return false;
  const { pathname } = new URL(url);
  return ofFiles.test(pathname) && !ofPages.test(pathname);
}

/** Why a request was, or was not, for a file that never began to come. */
export type Because =
  | { never: true; because: 'attachment' | 'address' }
  | {
      never: false;
      because: /** No page asked for it. */
        | 'other'
        | 'under-way'
        /** The person stopped it, or it went on as a download. */
        | 'stopped'
        /** The answer began, so that a download would have as well. */
        | 'answered'
        /** Nothing is known of such an error. */
        | 'unclear'
        /** The person was asked for a password and gave none. */
        | 'password'
        /** What keeps advertisements away stops many frames. */
        | 'blocked-frame'
        | 'page';
    };

const no = (because: Extract<Because, { never: false }>['because']): Because => ({ never: false, because });

const isRefused = ({ status }: SeenRequest): boolean => status !== null && status >= 400;
const isUnanswered = ({ status, error }: SeenRequest): boolean =>
  error !== null && (status === null || (status >= 300 && status < 400));

/** What the browser would have said, had it made an item. */
const reasonOf = (request: SeenRequest): string => (isRefused(request) ? 'SERVER_FAILED' : 'NETWORK_FAILED');

/** Whether a request was for a file that never began to come. */
export function judge(request: SeenRequest, browser: Browser): Because {
  const { navigation, endedAt, error, steps } = request;
  if (!navigation) return no('other');
  if (endedAt === null) return no('under-way');
  if (error !== null && silent.has(error)) return no('stopped');
  if (!isRefused(request) && !isUnanswered(request)) return no('answered');
  if (navigation.asksPassword) return no('password');
  const url = steps.at(-1)?.url ?? '';
  const { cause } = diagnose(reasonOf(request), browser, evidenceIn(request, { url, finalUrl: url }));
  if (cause === null) return no('unclear');
  if (navigation.framed && (cause === 'blocked' || cause === 'administrator')) return no('blocked-frame');
  if (isRefused(request) && navigation.attachment !== null) return { never: true, because: 'attachment' };
  return isFileAddress(url) ? { never: true, because: 'address' } : no('page');
}

/** Whether a request, of a type as the browser calls it, was for a page that failed: no download comes of that. */
export const isPage = (type: string, request: SeenRequest): boolean =>
  (type === 'main_frame' || type === 'sub_frame') &&
  !request.navigation &&
  (isRefused(request) || isUnanswered(request));

/** How long (ms) before the answer to its request an item can seem to have started. */
const BEFORE_MS = 5_000;

/** A browser tries a safe address first, and then the one that was asked for. */
const withoutScheme = (url: string): string => withoutFragment(url).replace(/^https?:/i, '');

/** Whether one of the browser's items is of a request, or of another for the same address since. */
export function hasItem(
  { steps, at, incognito }: SeenRequest,
  items: readonly Pick<DownloadSnapshot, 'url' | 'finalUrl' | 'incognito' | 'startedAt'>[],
): boolean {
  const addresses = steps.map(({ url }) => withoutScheme(url));
  return items.some(
    (item) =>
      item.incognito === incognito &&
      item.startedAt >= at - BEFORE_MS &&
      [item.url, item.finalUrl].some((url) => addresses.includes(withoutScheme(url))),
  );
}

/** The download that never began, as the browser would have told of it. */
export function downloadOf(request: SeenRequest, browser: Browser): ObservedDownload | undefined {
  const { steps, at, incognito, navigation } = request;
  const finalUrl = steps.at(-1)?.url;
  if (!navigation || finalUrl === undefined) return undefined;
  // Firefox tells of its items only the last address.
  const url = browser === 'firefox' ? finalUrl : (steps[0]?.url ?? finalUrl);
  return {
    item: null,
    url,
    finalUrl,
    referrer: navigation.page,
    filename: navigation.attachment ?? '',
    mime: null,
    cookieStoreId: navigation.cookieStoreId,
    incognito,
    ours: false,
    startedAt: at,
    bytesReceived: 0,
    exactBytes: true,
    totalBytes: null,
    sizeOnDisk: null,
    sentType: null,
    canResume: false,
    status: { kind: 'failed', reason: reasonOf(request) },
    evidence: evidenceIn(request, { url, finalUrl }),
  };
}
