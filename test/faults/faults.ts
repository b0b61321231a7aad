import type { Browser, KnownReason } from '../../src/domain/reasons.ts';
import { HOSTILE_NAMES } from './file-names.ts';

/** How a download ends: for a reason, whole, never, or (null) the browser creates no download at all. */
export type Outcome = KnownReason | 'complete' | 'in_progress' | null;

/** One address that fails in one way. */
export interface Fault {
  /** Short and unique, for tests. */
  readonly name: string;
  readonly group: Group;
  /** What goes wrong, in plain words. */
  readonly title: string;
  /** Path and query on this server, or a whole address elsewhere. */
  readonly path: string;
  /** Where `path` is: http, https with an untrusted certificate, a port nobody listens on, or elsewhere. */
  readonly at?: 'secure' | 'refused' | 'elsewhere';
  /** How a download that an extension starts ends, without any retry of ours. */
  readonly expected: Readonly<Record<Browser, Outcome>>;
  /** Where a download that starts with a click on a link on the page ends differently. */
  readonly expectedFromLink?: Readonly<Partial<Record<Browser, Outcome>>>;
  /** Whether a new download from the same address gets the file, if need be after some more tries. */
  readonly recovers: boolean;
}

/** The groups in the order of the page, with their headings. */
export const GROUPS = {
  connection: 'The connection breaks',
  address: 'Nobody answers at the address',
  server: 'The server refuses or fails',
  recovery: 'The server recovers',
  resume: 'Resuming goes wrong',
  access: 'Something is missing from the request',
  redirect: 'Redirects',
  name: 'Difficult file names',
  healthy: 'Nothing is wrong',
} as const;

export type Group = keyof typeof GROUPS;

type Statuses = readonly [status: number, title: string, chrome: Outcome, firefox: Outcome][];

const STATUSES: Statuses = [
  [204, 'The server has no content (204)', 'SERVER_BAD_CONTENT', 'SERVER_BAD_CONTENT'],
  [205, 'The server wants the form reset (205)', 'SERVER_BAD_CONTENT', 'SERVER_BAD_CONTENT'],
  [400, 'The server does not understand the request (400)', 'SERVER_FAILED', 'SERVER_FAILED'],
  [401, 'You have to sign in (401)', 'SERVER_UNAUTHORIZED', 'SERVER_FAILED'],
  [402, 'You have to pay (402)', 'SERVER_FAILED', 'SERVER_UNAUTHORIZED'],
  [403, 'You are not allowed to have it (403)', 'SERVER_FORBIDDEN', 'SERVER_FORBIDDEN'],
  [404, 'The file is not there (404)', 'SERVER_BAD_CONTENT', 'SERVER_BAD_CONTENT'],
  [407, 'A proxy wants a password (407)', 'NETWORK_FAILED', 'SERVER_UNAUTHORIZED'],
  [408, 'The server grew tired of waiting (408)', 'SERVER_FAILED', 'SERVER_FAILED'],
  [410, 'The file is gone for good (410)', 'SERVER_FAILED', 'SERVER_FAILED'],
  [416, 'The server has no such range (416)', 'SERVER_NO_RANGE', 'SERVER_FAILED'],
  [429, 'Too many requests (429)', 'SERVER_FAILED', 'SERVER_FAILED'],
  [451, 'A court forbids it (451)', 'SERVER_FAILED', 'SERVER_FAILED'],
  [500, 'The server has a fault (500)', 'SERVER_FAILED', 'SERVER_FAILED'],
  [502, 'The server behind the server fails (502)', 'SERVER_FAILED', 'SERVER_FAILED'],
  [503, 'The server is overloaded (503)', 'SERVER_FAILED', 'SERVER_FAILED'],
  [504, 'The server behind the server is silent (504)', 'SERVER_FAILED', 'SERVER_FAILED'],
];

const NETWORK_FAILED = { chrome: 'NETWORK_FAILED', firefox: 'NETWORK_FAILED' } as const;
const SERVER_FAILED = { chrome: 'SERVER_FAILED', firefox: 'SERVER_FAILED' } as const;
const FORBIDDEN = { chrome: 'SERVER_FORBIDDEN', firefox: 'SERVER_FORBIDDEN' } as const;
const COMPLETE = { chrome: 'complete', firefox: 'complete' } as const;
const IN_PROGRESS = { chrome: 'in_progress', firefox: 'in_progress' } as const;

/** Firefox shows an error page when a link leads to nothing it can save. */
const NO_DOWNLOAD_IN_FIREFOX = { firefox: null } as const;
const NO_DOWNLOAD = { chrome: null, firefox: null } as const;

/** Every fault, one address each. The outcomes were measured in Chromium 156 and Firefox 153. */
export const FAULTS: readonly Fault[] = [
  {
    name: 'reset',
    group: 'connection',
    title: 'The connection breaks half-way, once; it can be resumed',
    path: '/reset',
    expected: NETWORK_FAILED,
    recovers: true,
  },
  {
    name: 'reset-always',
    group: 'connection',
    title: 'The connection breaks half-way, every time',
    path: '/reset?resets=always',
    expected: NETWORK_FAILED,
    recovers: false,
  },
  {
    name: 'reset-without-ranges',
    group: 'connection',
    title: 'The connection breaks half-way, once; it has to start from the beginning',
    path: '/reset?ranges=0',
    expected: NETWORK_FAILED,
    recovers: true,
  },
  {
    name: 'reset-before-first-byte',
    group: 'connection',
    title: 'The connection breaks before the first byte of the file, once',
    path: '/reset?at=0',
    expected: NETWORK_FAILED,
    expectedFromLink: NO_DOWNLOAD_IN_FIREFOX,
    recovers: true,
  },
  {
    name: 'reset-before-answer',
    group: 'connection',
    title: 'The connection breaks before the server answers',
    path: '/reset?headers=0&resets=always',
    expected: NETWORK_FAILED,
    expectedFromLink: NO_DOWNLOAD_IN_FIREFOX,
    recovers: false,
  },
  {
    name: 'short-once',
    group: 'connection',
    title: 'The server stops half-way and says it is done, once',
    path: '/short',
    expected: { chrome: 'complete', firefox: 'NETWORK_FAILED' },
    recovers: true,
  },
  {
    name: 'short-always',
    group: 'connection',
    title: 'The server stops half-way and says it is done, every time',
    path: '/short?resets=always',
    expected: { chrome: 'SERVER_CONTENT_LENGTH_MISMATCH', firefox: 'NETWORK_FAILED' },
    recovers: false,
  },
  {
    name: 'hang',
    group: 'connection',
    title: 'The server falls silent half-way',
    path: '/hang',
    expected: IN_PROGRESS,
    recovers: false,
  },
  {
    name: 'hang-before-answer',
    group: 'connection',
    title: 'The server takes the request and never answers',
    path: '/hang?headers=0',
    // Chrome creates the download, and downloads.download() settles, only when an answer comes.
    expected: { chrome: null, firefox: 'in_progress' },
    expectedFromLink: NO_DOWNLOAD_IN_FIREFOX,
    recovers: false,
  },
  {
    name: 'refused',
    group: 'address',
    title: 'Nobody listens on that port',
    path: '/refused.bin',
    at: 'refused',
    expected: NETWORK_FAILED,
    expectedFromLink: NO_DOWNLOAD,
    recovers: false,
  },
  {
    name: 'unknown-host',
    group: 'address',
    title: 'There is no such host',
    path: 'http://nosuchhost.invalid/file.bin',
    at: 'elsewhere',
    expected: NETWORK_FAILED,
    expectedFromLink: NO_DOWNLOAD,
    recovers: false,
  },
  {
    name: 'blocked-port',
    group: 'address',
    title: 'The browser refuses to use that port',
    path: 'http://127.0.0.1:1/file.bin',
    at: 'elsewhere',
    expected: { chrome: 'NETWORK_FAILED', firefox: 'CRASH' },
    expectedFromLink: NO_DOWNLOAD,
    recovers: false,
  },
  {
    name: 'unknown-scheme',
    group: 'address',
    title: 'The browser does not know that kind of address',
    path: 'nosuchscheme://host/file.bin',
    at: 'elsewhere',
    // Chrome's downloads.download() never settles.
    expected: { chrome: null, firefox: 'CRASH' },
    expectedFromLink: NO_DOWNLOAD,
    recovers: false,
  },
  {
    name: 'untrusted-certificate',
    group: 'address',
    title: 'The certificate is not to be trusted',
    path: '/ok/untrusted.bin',
    at: 'secure',
    expected: { chrome: 'NETWORK_FAILED', firefox: 'CRASH' },
    expectedFromLink: NO_DOWNLOAD,
    recovers: false,
  },
  ...STATUSES.map(
    ([status, title, chrome, firefox]): Fault => ({
      name: `status-${status}`,
      group: 'server',
      title,
      path: `/status/${status}/file.bin`,
      expected: { chrome, firefox },
      expectedFromLink: NO_DOWNLOAD_IN_FIREFOX,
      recovers: false,
    }),
  ),
  {
    name: 'recover-after-503',
    group: 'recovery',
    title: 'The server is overloaded twice, then serves the file',
    path: '/recover?after=2',
    expected: SERVER_FAILED,
    expectedFromLink: NO_DOWNLOAD_IN_FIREFOX,
    recovers: true,
  },
  {
    name: 'recover-after-resets',
    group: 'recovery',
    title: 'The connection breaks half-way three times, then holds',
    path: '/recover?after=3&status=reset',
    expected: NETWORK_FAILED,
    recovers: true,
  },
  {
    name: 'retry-after-seconds',
    group: 'recovery',
    title: 'The server asks to come back in 5 seconds, then serves the file',
    path: '/retry-after?seconds=5',
    expected: SERVER_FAILED,
    expectedFromLink: NO_DOWNLOAD_IN_FIREFOX,
    recovers: true,
  },
  {
    name: 'retry-after-date',
    group: 'recovery',
    title: 'Too many requests; the server names the time to come back, then serves the file',
    path: '/retry-after?seconds=5&form=date&status=429',
    expected: SERVER_FAILED,
    expectedFromLink: NO_DOWNLOAD_IN_FIREFOX,
    recovers: true,
  },
  {
    name: 'range-416',
    group: 'resume',
    title: 'The connection breaks; the server then denies that the rest exists',
    path: '/range-416',
    expected: NETWORK_FAILED,
    recovers: true,
  },
  {
    name: 'range-416-after-short',
    group: 'resume',
    title: 'The server always stops half-way, and then denies that the rest exists',
    path: '/range-416?cut=short&resets=always',
    expected: { chrome: 'SERVER_NO_RANGE', firefox: 'NETWORK_FAILED' },
    recovers: false,
  },
  {
    name: 'range-ignored',
    group: 'resume',
    title: 'The connection breaks; the server then sends the whole file instead of the rest',
    path: '/range-ignored',
    expected: NETWORK_FAILED,
    recovers: true,
  },
  {
    name: 'etag-changes',
    group: 'resume',
    title: 'The connection breaks, and the file changes before it can be resumed',
    path: '/etag-changes',
    expected: NETWORK_FAILED,
    recovers: true,
  },
  {
    name: 'redirect-on-range',
    group: 'resume',
    title: 'The connection breaks; the server then redirects to another address on the same host',
    path: '/redirect-on-range',
    expected: NETWORK_FAILED,
    recovers: true,
  },
  {
    name: 'redirect-on-range-cross-origin',
    group: 'resume',
    title: 'The connection breaks; the server then redirects to another host',
    path: '/redirect-on-range?to=cross',
    expected: NETWORK_FAILED,
    recovers: true,
  },
  {
    name: 'expired',
    group: 'access',
    title: 'The signed address has run out',
    path: '/expired/report.pdf?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20200101T000000Z&X-Amz-Expires=300&X-Amz-Signature=0123456789abcdef',
    expected: FORBIDDEN,
    expectedFromLink: NO_DOWNLOAD_IN_FIREFOX,
    recovers: false,
  },
  {
    name: 'referer-required',
    group: 'access',
    title: 'It works from a link on the page only; then the connection breaks once',
    path: '/referer-required?fault=reset',
    expected: FORBIDDEN,
    expectedFromLink: NETWORK_FAILED,
    recovers: false,
  },
  {
    name: 'cookie-required',
    group: 'access',
    title: 'You have to sign in on this page first',
    path: '/cookie-required',
    expected: FORBIDDEN,
    expectedFromLink: NO_DOWNLOAD_IN_FIREFOX,
    recovers: false,
  },
  {
    name: 'redirect-to-file',
    group: 'redirect',
    title: 'A redirect to a healthy file',
    path: '/redirect?to=/ok',
    expected: COMPLETE,
    recovers: true,
  },
  {
    name: 'redirect-to-failure',
    group: 'redirect',
    title: 'A redirect to an address where the connection always breaks',
    // Under a name of its own: otherwise it would be the same file as that of the address itself.
    path: '/redirect?to=/reset/elsewhere.bin%3Fresets%3Dalways',
    expected: NETWORK_FAILED,
    recovers: false,
  },
  {
    name: 'redirect-loop',
    group: 'redirect',
    title: 'Redirects without end',
    path: '/redirect-loop',
    expected: NETWORK_FAILED,
    expectedFromLink: NO_DOWNLOAD_IN_FIREFOX,
    recovers: false,
  },
  {
    name: 'redirect-to-browser',
    group: 'redirect',
    title: "A redirect to one of the browser's own pages",
    path: '/redirect?to=chrome://version',
    // Without an extension that may see requests, Chrome says NETWORK_INVALID_REQUEST.
    expected: NETWORK_FAILED,
    expectedFromLink: NO_DOWNLOAD_IN_FIREFOX,
    recovers: false,
  },
  ...HOSTILE_NAMES.map(
    ({ what, name }, index): Fault => ({
      name: `name-${index + 1}`,
      group: 'name',
      title: `${what}, and the connection breaks once`,
      path: `/name?fault=reset&name=${encodeURIComponent(name)}`,
      expected: NETWORK_FAILED,
      recovers: true,
    }),
  ),
  {
    name: 'name-in-address',
    group: 'name',
    title: 'The name comes from the address, and the connection breaks once',
    path: '/file/r%C3%A9sum%C3%A9%20%26%20%3Cb%3Enotes%3C%2Fb%3E.pdf?fault=reset',
    expected: NETWORK_FAILED,
    recovers: true,
  },
  { name: 'ok', group: 'healthy', title: 'A healthy file', path: '/ok', expected: COMPLETE, recovers: true },
  {
    name: 'slow',
    group: 'healthy',
    title: 'A healthy file that takes a minute',
    path: '/slow?size=1228800&rate=20480',
    expected: COMPLETE,
    recovers: true,
  },
];

/** Where the faults are: a running fault server, or as much of it as addresses need. */
export interface FaultHosts {
  readonly origin: string;
  readonly secureOrigin: string;
  refusedUrl(path?: string): string;
}

/** The whole address of a fault. With a `key` of its own it counts, and heals, apart from all others. */
export function addressOf(fault: Fault, hosts: FaultHosts, key?: string): string {
  if (fault.at === 'elsewhere') return fault.path;
  if (fault.at === 'refused') return hosts.refusedUrl(fault.path);
  const address = (fault.at === 'secure' ? hosts.secureOrigin : hosts.origin) + fault.path;
  return key === undefined
    ? address
    : `${address}${address.includes('?') ? '&' : '?'}key=${encodeURIComponent(key)}`;
}

/** How a download of this fault ends in a browser. */
export function expectedOf(fault: Fault, browser: Browser, startedBy: 'extension' | 'link'): Outcome {
  const fromLink = fault.expectedFromLink?.[browser];
  return startedBy === 'link' && fromLink !== undefined ? fromLink : fault.expected[browser];
}
