/**
 * Whether two downloads are of one file. A wrong yes hides a file that is not there, a wrong no only shows it twice: in
 * doubt they are two.
 *
 * | because            | what has to agree                                                                     |
 * | ------------------ | ------------------------------------------------------------------------------------- |
 * | `address`          | the address, or, once both names are known, the address after redirects               |
 * | `signed-anew`      | the address without its signature, where the rest of it names the file                |
 * | `new-link`         | the name, and the page or the host, after the person went to the page for a new link  |
 * | `name-and-size`    | the name, the size, and the page or the host, within a week                           |
 *
 * Never of one file are downloads in windows of different privacy or in different containers, what a form led to, what
 * has another name (one address can stand for many files, such as `download.php`), and what the person said is another
 * file.
 */
import { type Attempt, type Failure, isCancelled, type ObservedDownload } from './failure.ts';
import { baseName, decoded, withoutFragment } from './file-name.ts';
import { lastingAddress } from './lasting-address.ts';
import { classify, isSuspicion } from './reasons.ts';

/** What is known of a download that can tell which file it is for. */
export interface Clues {
  url: string;
  /** After redirects. */
  finalUrl: string;
  referrer: string | null;
  /** Without folder and number; null while it may not be the file's own. */
  name: string | null;
  /** In bytes; null if unknown. */
  size: number | null;
  incognito: boolean;
  cookieStoreId: string | null;
  /** Whether it sent a form. */
  form: boolean;
  /** When: ms since the epoch. */
  at: number;
  /** Whether the person went to its page for a new link. */
  awaitsLink: boolean;
  /** What the person said is another file. */
  refused: readonly Pick<Clues, 'url' | 'finalUrl'>[];
}

export type Verdict =
  | { same: true; because: 'address' | 'signed-anew' | 'new-link' | 'name-and-size' }
  | {
      same: false;
      because:
        | 'privacy'
        | 'container'
        | 'form'
        | 'refused'
        | 'other-name'
        | 'other-size'
        /** One program behind both addresses, asked for different things. */
        | 'other-query'
        | 'elsewhere'
        | 'too-long-ago'
        /** Name or size is not known. */
        | 'nothing-tells';
    };

/** How far apart (ms) two downloads can be that only agree in name and size. */
const LONGEST_BETWEEN_MS = 7 * 86_400_000;

/** How long (ms) a new link is waited for. */
export const LONGEST_FOR_LINK_MS = 86_400_000;

/** The endings of programs, which name no file. */
const ofProgram =
  /\.(php\d?|phtml|aspx?|ashx|asmx|jspx?|jsf|do|action|cgi|fcgi|pl|py|rb|cfm|dll|[xs]?html?)$/i;

/** The last part of an address, if it looks like the name of a file. */
export function fileInAddress(url: string): string | null {
  const name = numberedInAddress(url);
  return name === null ? null : plainName(name);
}

/** The same with a number such as `(1)`, which here is the server's own. */
function numberedInAddress(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const segment = new URL(url).pathname.split('/').at(-1) ?? '';
  return /.\.[a-z0-9]{1,10}$/i.test(segment) && !ofProgram.test(segment) ? decoded(segment) : null;
}

/**
 * A file's name without its folder and the number that browsers add where there is one of that name: Chrome
 * ` (1)`, Firefox `(1)` and, for the third, `(1)(1)`. Null for no name.
 */
export function plainName(path: string): string | null {
  const name = baseName(path)
    .normalize('NFC')
    // With an end, so that nobody can make a name that takes minutes.
    .replace(/(?<=.)( ?\(\d{1,3}\)){1,20}(?=(\.\w{1,8}){0,2}$)/, '');
  return name === '' ? null : name;
}

/**
 * Whether name and size are those of the file: the server had begun to send it. What it answers instead has a name and a
 * size too.
 */
function sentFile(bytesReceived: number, totalBytes: number | null, reason: string | null): boolean {
  if (reason !== null && isSuspicion(reason)) return reason === 'SUSPECT_CUT_SHORT';
  if (bytesReceived > 0) return true;
  const category = reason === null ? null : classify(reason, 'chrome').category;
  return category === 'file' || (category !== 'server' && totalBytes !== null);
}

export const sentFileFor = (attempt: Attempt): boolean =>
  attempt.state !== 'another-file' &&
  sentFile(attempt.bytesReceived, attempt.totalBytes, attempt.state === 'failed' ? attempt.reason : null);

export function cluesOf(failure: Failure): Clues {
  const { url, finalUrl, referrer, filename, incognito, cookieStoreId, method, next, failedAt } = failure;
  const sent = failure.attempts.filter(sentFileFor);
  return {
    url,
    finalUrl,
    referrer,
    // While another download runs, the failure may still have the name of what came in the file's place.
    name: sent.length > 0 ? plainName(sent.at(-1)?.download?.filename || filename) : null,
    size: sent.findLast(({ totalBytes }) => totalBytes !== null)?.totalBytes ?? null,
    incognito,
    cookieStoreId,
    form: isForm(method),
    at: next?.kind === 'link' ? next.since : failedAt,
    awaitsLink: next?.kind === 'link',
    refused: failure.attempts.flatMap(({ state, download }) =>
      state === 'another-file' && download ? [download] : [],
    ),
  };
}

export function cluesOfSnapshot(snapshot: ObservedDownload): Clues {
  const { url, finalUrl, referrer, filename, incognito, cookieStoreId, method, status } = snapshot;
  const { bytesReceived, totalBytes, startedAt } = snapshot;
  const suspicion = status.kind === 'completed' ? status.suspicion : undefined;
  const reason = status.kind === 'failed' ? status.reason : (suspicion ?? null);
  const isKnown = (status.kind === 'completed' && !suspicion) || sentFile(bytesReceived, totalBytes, reason);
  // Only at its end is a download known to have been an error page, and what the person cancelled had no such end.
  const mayBeFile = status.kind === 'running' || status.kind === 'paused' || isCancelled(snapshot);
  return {
    url,
    finalUrl,
    referrer,
    name: isKnown || mayBeFile ? plainName(filename) : null,
    size: isKnown ? totalBytes : null,
    incognito,
    cookieStoreId,
    form: isForm(method ?? null),
    at: startedAt,
    awaitsLink: false,
    refused: [],
  };
}

const isForm = (method: string | null): boolean => method !== null && method !== 'GET';

const hostsOf = ({ url, finalUrl }: Clues): string[] =>
  [url, finalUrl]
    .map((address) => (URL.canParse(address) ? new URL(address).origin : 'null'))
    .filter((origin) => origin !== 'null');

/** A `data:` address is kept only in part: see `platform/downloads.ts`. */
const tells = (url: string): boolean => !/^data:/i.test(url);

function shareAddress(one: Clues, other: Clues, of: (url: string) => string): boolean {
  if (tells(one.url) && of(one.url) === of(other.url)) return true;
  if (one.name === null || other.name === null) return false;
  const addresses = [other.url, other.finalUrl].filter(tells).map(of);
  return [one.url, one.finalUrl].some((url) => addresses.includes(of(url)));
}

const lasting = (url: string): string => lastingAddress(url).address;

/** Whether the address still names the file when all that may have been a signature is left out. */
const namesFile = (url: string): boolean => !lastingAddress(url).doubtful || fileInAddress(url) !== null;

/** Whether one program is asked for two things: the same path with other parameters that last. */
function asksOtherThing(one: Clues, other: Clues): boolean {
  if (!URL.canParse(one.url) || !URL.canParse(other.url)) return false;
  const [a, b] = [new URL(lasting(one.url)), new URL(lasting(other.url))];
  return a.host === b.host && a.pathname === b.pathname && a.search !== b.search;
}

/** Whether their addresses name two files that only a number tells apart, as the parts of an archive. */
function areNumbered(one: Clues, other: Clues): boolean {
  const nameOf = ({ url, finalUrl }: Clues) => numberedInAddress(url) ?? numberedInAddress(finalUrl);
  const [name, another] = [nameOf(one), nameOf(other)];
  return name !== null && another !== null && name !== another && plainName(name) === plainName(another);
}

const no = (because: Extract<Verdict, { same: false }>['because']): Verdict => ({ same: false, because });
const yes = (because: Extract<Verdict, { same: true }>['because']): Verdict => ({ same: true, because });

const refuses = ({ refused }: Clues, other: Clues): boolean =>
  refused.some((download) => shareAddress({ ...other, ...download }, other, lasting));

/** Whether the failure waits for a new link, and what begins at `time` (ms since the epoch) can be that. */
const canBeNewLink = ({ awaitsLink, at }: Clues, time: number): boolean =>
  awaitsLink && time >= at && time - at <= LONGEST_FOR_LINK_MS;

/** Compares the clues of a failure with those of another download. */
export function compare(failure: Clues, download: Clues): Verdict {
  if (failure.incognito !== download.incognito) return no('privacy');
  if (containerOf(failure) !== containerOf(download)) return no('container');
  if (failure.form || download.form) return no('form');
  if (refuses(failure, download) || refuses(download, failure)) return no('refused');
  const named = failure.name !== null && download.name !== null;
  if (named && failure.name !== download.name) return no('other-name');
  if (shareAddress(failure, download, withoutFragment)) return yes('address');
  const sized = failure.size !== null && download.size !== null;
  if (sized && failure.size !== download.size) return no('other-size');
  if (shareAddress(failure, download, lasting) && (named || namesFile(failure.url)))
    return yes('signed-anew');
  if (areNumbered(failure, download)) return no('other-name');
  const near =
    hostsOf(failure).some((host) => hostsOf(download).includes(host)) ||
    (failure.referrer !== null && failure.referrer === download.referrer);
  const asksOther = asksOtherThing(failure, download);
  const name = expectedName(failure);
  if (
    canBeNewLink(failure, download.at) &&
    near &&
    name !== null &&
    name === download.name &&
    // Where the path names the file, the rest signed it in a way that we don't know.
    (!asksOther || fileInAddress(failure.url) !== null)
  )
    return yes('new-link');
  if (asksOther) return no('other-query');
  if (!named || !sized) return no('nothing-tells');
  if (!near) return no('elsewhere');
  return Math.abs(download.at - failure.at) <= LONGEST_BETWEEN_MS ? yes('name-and-size') : no('too-long-ago');
}

/** Chrome has no containers, and failures from there can be imported into Firefox. */
const containerOf = ({ cookieStoreId }: Clues): string => cookieStoreId ?? 'firefox-default';

/** The name that a new link of the file is known by. */
export const expectedName = ({ name, url }: Pick<Clues, 'name' | 'url'>): string | null =>
  name ?? fileInAddress(url);

/**
 * Where the failures of an address are found. By the whole address as well: of its lasting part there can be many files,
 * of which the journal looks at a few.
 */
export const addressKeys = (url: string): string[] => [
  `address ${lasting(url)}`,
  `address ${withoutFragment(url)}`,
];

/** Two downloads of one file share at least one of these keys; those of two files may. */
export function fileKeys({ url, finalUrl, name, size, awaitsLink }: Clues): string[] {
  const keys = new Set([url, finalUrl].filter(tells).flatMap(addressKeys));
  if (name !== null && size !== null) keys.add(`size ${size} ${name}`);
  const expected = awaitsLink ? expectedName({ name, url }) : null;
  if (expected !== null) keys.add(linkKey(expected));
  return [...keys];
}

/** Where a failure that waits for a new link of this file is found. */
export const linkKey = (name: string): string => `link ${name}`;
