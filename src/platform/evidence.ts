/**
 * The evidence of requests: what became of them, how long the server wants us to wait (Retry-After, RFC 9110), and
 * whether they sent a form. Needs the optional permission to watch requests. Kept in session storage, because private
 * windows are among them, and only if it can tell something about a failure.
 */
import { attachmentName, isSentAsFile } from '../domain/content-disposition.ts';
import { remember, type SeenRequest, seenRequestsSchema } from '../domain/evidence.ts';
import { withoutFragment } from '../domain/file-name.ts';
import { isAskedByPage, isFileAddress, isPage, judge } from '../domain/never-began.ts';
import browser from './browser.ts';
import { coalesced } from './coalesced.ts';
import { isOnline } from './connection.ts';
import { createMutex } from './mutex.ts';
import { sessionValue } from './named-value.ts';
import { type AnsweredRequest, listenToRequests, type RequestListeners } from './requests.ts';
import { target } from './target.ts';
import { unattended } from './unattended.ts';

/** In characters. Requests to longer addresses are not remembered. */
const LONGEST_ADDRESS = 4_000;
/** In characters. The browsers' own errors are shorter, and so are types of files. */
const LONGEST_WORD = 300;

const stored = sessionValue('evidence', seenRequestsSchema, []);
const exclusive = createMutex();
/** Read once, as nobody else writes them. */
let requests: readonly SeenRequest[] | undefined;

async function read(): Promise<readonly SeenRequest[]> {
  requests ??= await stored.read();
  return requests;
}

/** Many requests can fail at one time. */
const write = coalesced(async () => stored.write([...(await read())]));

/** The remembered requests, oldest first, including what was heard a moment ago, and those under way. */
export const seenRequests = (): Promise<readonly SeenRequest[]> =>
  exclusive(async () => {
    const known = await read();
    const others = [...underWay.values()].flatMap(({ seen: { incognito, ...seen } }) =>
      incognito === undefined || known.some(({ id }) => id === seen.id) ? [] : [{ ...seen, incognito }],
    );
    return [...passing, ...known, ...others];
  });

/** Notes that it is clear whether there are downloads of these requests. */
export async function settleRequests(ids: readonly string[]): Promise<void> {
  await exclusive(async () => {
    requests = (await read()).map(({ navigation, ...request }) =>
      navigation && !ids.includes(request.id) ? { ...request, navigation } : request,
    );
  });
  await write();
}

/** The time given by a Retry-After header (seconds from `now`, or a date), in ms since the epoch. */
function retryAfterTime(value: string, now: number): number | null {
  if (/^\s*\d+\s*$/.test(value)) return now + Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : date;
}

const permissions: Parameters<typeof browser.permissions.request>[0] = {
  permissions: ['webRequest'],
  origins: ['<all_urls>'],
};

/** Asks the person for permission to watch requests. Needs a click or key press. */
export const askToWatch = (): Promise<boolean> => browser.permissions.request(permissions);
export const stopWatching = (): Promise<boolean> => browser.permissions.remove(permissions);
export const mayWatch = (): Promise<boolean> => browser.permissions.contains(permissions);

type Details = Pick<
  AnsweredRequest,
  'requestId' | 'url' | 'method' | 'timeStamp' | 'tabId' | 'incognito' | 'type'
> &
  // Firefox tells of the page and its container, and Chrome of the page's origin.
  Pick<AnsweredRequest, 'originUrl' | 'documentUrl' | 'cookieStoreId'> & {
    initiator?: string;
    documentLifecycle?: string;
  };
type Seen = Omit<SeenRequest, 'incognito'> & { incognito?: boolean };
type Navigation = NonNullable<SeenRequest['navigation']>;

/**
 * What was seen so far of requests under way, by the browser's id of them. Only in memory: if the background ends
 * meanwhile, the request's end still has the last address and the error.
 */
const underWay = new Map<string, { seen: Seen; refusal: Refusal }>();
const MOST_UNDER_WAY = 200;

/**
 * Requests that need not outlive the background, newest last: those that went well, of which Firefox may still refuse
 * the file, and what came may not be it; and pages that failed. Few: their downloads end at the same time.
 */
const passing: SeenRequest[] = [];
const MOST_PASSING = 50;

/**
 * Whether a request comes from a private window; undefined if we can't tell. Chrome's requests don't say, but their
 * tabs do.
 */
async function isPrivate({ incognito, tabId, initiator }: Details): Promise<boolean | undefined> {
  if (incognito !== undefined) return incognito;
  // A frame of our own, which is in no tab (`page-starts.ts`): those of other extensions can't be seen.
  if (initiator?.startsWith('chrome-extension:')) return false;
  // Chrome starts the extension anew when the person changes that.
  privateAllowed ??= browser.extension.isAllowedIncognitoAccess();
  if (!(await privateAllowed)) return false;
  return browser.tabs.get(tabId).then(
    (tab) => tab.incognito,
    () => undefined,
  );
}

let privateAllowed: Promise<boolean> | undefined;

/** What the answer to a request that was refused says of the file. */
type Refusal = Pick<Navigation, 'attachment' | 'asksPassword'>;
const notRefused: Refusal = { attachment: null, asksPassword: false };

/** The page that asked for it, as exactly as the browser tells, but for what no referrer has. */
async function pageOf(details: Details, by: string): Promise<string> {
  const page = withoutFragment(await fullPageOf(details, by));
  return page.length > LONGEST_ADDRESS ? `${new URL(page).origin}/` : page;
}

async function fullPageOf({ url, originUrl, documentUrl, tabId }: Details, by: string): Promise<string> {
  const page = documentUrl ?? originUrl;
  if (page !== undefined) return page;
  const addressOf = (id: number) => browser.tabs.get(id).catch(() => undefined);
  const tab = await addressOf(tabId);
  // A link may have opened the tab, which has no address of its own then.
  const opener = tab?.openerTabId === undefined ? undefined : await addressOf(tab.openerTabId);
  const isIt = (one: string) => one.startsWith(`${by}/`) && withoutFragment(one) !== withoutFragment(url);
  // Chrome also calls the tab opener that the person came from, whatever it shows.
  return [tab?.url, opener?.url].find((one) => one !== undefined && isIt(one)) ?? `${by}/`;
}

/** How a page asked for it, if that was for what may be a file. */
async function navigationOf(details: Details, refusal: Refusal): Promise<Navigation | undefined> {
  const { url, type, tabId, initiator, originUrl, documentUrl, documentLifecycle, cookieStoreId } = details;
  const by = initiator ?? documentUrl ?? originUrl;
  const ahead = documentLifecycle === 'prerender';
  if (by === undefined || !isAskedByPage({ type, inTab: tabId >= 0, by, ahead })) return undefined;
  if (refusal.attachment === null && !isFileAddress(url)) return undefined;
  return {
    page: await pageOf(details, by),
    framed: type === 'sub_frame',
    ...refusal,
    cookieStoreId: cookieStoreId ?? null,
  };
}

/** The steps with that to `url`. */
const withStep = (steps: Seen['steps'], { url, method }: Details): Seen['steps'] =>
  url.length > LONGEST_ADDRESS ? steps : [...steps, { url: withoutFragment(url), method }];

/** The value of a header of an answer, by its name in small letters. */
export const headerOf =
  ({ responseHeaders = [] }: Pick<AnsweredRequest, 'responseHeaders'>) =>
  (wanted: string): string | undefined =>
    responseHeaders.find(({ name }) => name.toLowerCase() === wanted)?.value;

/** What the headers of an answer say. */
export function saidIn(details: Pick<AnsweredRequest, 'timeStamp' | 'responseHeaders'>) {
  const header = headerOf(details);
  const retryAfter = header('retry-after');
  // Where the body comes in chunks, the length counts for nothing (RFC 9112, section 6.3).
  const length = header('transfer-encoding') === undefined ? header('content-length') : undefined;
  const encoding = header('content-encoding')?.trim().slice(0, LONGEST_WORD);
  return {
    type: header('content-type')?.slice(0, LONGEST_WORD) ?? null,
    length: length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : null,
    ...(encoding && !/^identity$/i.test(encoding) && { encoding }),
    attachment: isSentAsFile(header('content-disposition') ?? ''),
    waitUntil: retryAfter === undefined ? null : retryAfterTime(retryAfter, details.timeStamp),
  };
}

/** Notes what a server answered. */
function answered(details: AnsweredRequest): void {
  const { requestId: id, statusCode, timeStamp } = details;
  const header = headerOf(details);
  const seen: Seen = {
    id,
    steps: withStep(underWay.get(id)?.seen.steps ?? [], details),
    at: timeStamp,
    endedAt: null,
    status: statusCode,
    error: null,
    ...saidIn(details),
    offline: false,
  };
  const refusal: Refusal = {
    attachment: attachmentName(header('content-disposition') ?? '')?.slice(0, LONGEST_WORD) ?? null,
    asksPassword: (header('www-authenticate') ?? header('proxy-authenticate')) !== undefined,
  };
  underWay.set(id, { seen, refusal: statusCode < 400 ? notRefused : refusal });
  for (const [oldest] of underWay) if (underWay.size > MOST_UNDER_WAY) underWay.delete(oldest);
}

type Ended = Details & { statusCode?: number } & Pick<AnsweredRequest, 'responseHeaders'>;

function ended(details: Ended, error: string | null, known: Seen | undefined): Seen {
  const { requestId: id, url, timeStamp } = details;
  // After a redirect the last address may not have answered at all.
  const isNew = known?.steps.at(-1)?.url !== withoutFragment(url);
  return {
    // A background that has just begun knows only what stands in this event.
    ...(known ?? { at: timeStamp, ...saidIn(details) }),
    id,
    steps: isNew ? withStep(known?.steps ?? [], details) : (known?.steps ?? []),
    status: isNew ? (details.statusCode ?? null) : (known?.status ?? null),
    endedAt: timeStamp,
    error: error?.slice(0, LONGEST_WORD) ?? null,
    offline: !isOnline(),
  };
}

/** Keeps what was seen if it is worth it, and returns whether it was. `end` is null while the request is under way. */
function keep(details: Ended, end: { error: string | null } | null): Promise<boolean> {
  const { requestId: id } = details;
  const { seen: inMemory, refusal = notRefused } = underWay.get(id) ?? {};
  if (end) underWay.delete(id);
  // Asked now, while its tab is still there.
  const asked = isPrivate(details);
  const mayNeverBegin = end ? inMemory?.status !== 200 : refusal !== notRefused;
  const asking = mayNeverBegin ? navigationOf(details, refusal) : undefined;
  return exclusive(async () => {
    const [toldPrivate, toldNavigation] = await Promise.all([asked, asking]);
    const known = await read();
    // If the background died meanwhile, what it had kept is all that is known.
    const before = inMemory ?? known.find((one) => one.id === id);
    const incognito = toldPrivate ?? before?.incognito;
    const seen = end ? ended(details, end.error, before) : before;
    if (incognito === undefined || !seen) return false;
    const { navigation: toldBefore, ...others } = seen;
    const navigation = toldBefore ?? toldNavigation;
    const request: SeenRequest = { ...others, incognito, ...(navigation && { navigation }) };
    const still = underWay.get(id);
    if (still) still.seen = { ...still.seen, incognito, ...(navigation && { navigation }) };
    if (end && !judge(request, target).never) delete request.navigation;
    const page = isPage(details.type, request);
    const kept = remember(known, request, page);
    if (!kept) {
      if (end) passing.push(request);
      if (passing.length > MOST_PASSING) passing.shift();
      return false;
    }
    requests = kept;
    return true;
  });
}

/** What hears of requests. */
function createListeners(listener: () => void): RequestListeners {
  async function heed(...heard: Parameters<typeof keep>): Promise<void> {
    if (!(await keep(...heard))) return;
    // If there is no room for it, it is still known for as long as the background lives.
    await write().catch(console.error);
    listener();
  }
  return {
    answered(details: AnsweredRequest): undefined {
      answered(details);
      unattended(heed(details, null));
    },
    completed(details: AnsweredRequest): void {
      unattended(heed(details, { error: null }));
    },
    failed(details: Details & { error: string }): void {
      unattended(heed(details, details));
    },
  };
}

/** Forgets what was seen, as the person no longer wants it to be. */
async function forget(): Promise<void> {
  // Another permission may have been taken back.
  if (await mayWatch()) return;
  await exclusive(async () => {
    underWay.clear();
    passing.length = 0;
    requests = [];
  });
  await write();
}

/**
 * Watches requests as soon as the person allows it, and calls `listener` when something was kept: it may come after the
 * failure it belongs to. Must be called while the background starts.
 */
export function watchRequests(listener: () => void): void {
  listenToRequests(createListeners(listener), ['main_frame', 'sub_frame', 'other']);
  browser.permissions.onRemoved.addListener(() => unattended(forget()));
}
