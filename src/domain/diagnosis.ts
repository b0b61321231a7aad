/**
 * What the evidence of a request proves about a failed download: a finer reason than the browser's, and a cause. The
 * browsers' downloads API puts a missing name, a refused connection, a bad certificate and a damaged body under one
 * reason; their network errors tell these apart.
 */
import type { Evidence } from './failure.ts';
import { type Browser, type Category, classify, type KnownReason, type Prognosis } from './reasons.ts';

/** All causes but those of a status. */
export const causes = [
  'dns',
  'refused',
  'unreachable',
  'reset',
  'no-answer',
  'timeout',
  'offline',
  'certificate',
  'tls',
  'redirects',
  'damaged',
  'cut-short',
  'proxy',
  'port',
  'address',
  'blocked',
  'administrator',
  'no-range',
  'security-check',
] as const;

export type Cause = (typeof causes)[number] | `status-${number}`;

export const isCause = (word: string): word is Cause =>
  causes.some((cause) => cause === word) || /^status-\d{3}$/.test(word);

export interface Diagnosis {
  /** As fine as the evidence allows; else the browser's. */
  reason: string;
  /** Null if the evidence proves nothing. */
  cause: Cause | null;
}

/** Without a reason, the browser's own is as fine as it gets. */
type ErrorMeaning = readonly [errors: RegExp, cause: Cause, reason?: KnownReason];

/**
 * Chrome's network errors, without `net::ERR_`. A name that can't be found stays NETWORK_FAILED: Chrome means a file
 * that moved by SERVER_UNREACHABLE, and one reason can't have two remedies.
 */
const inChrome: readonly ErrorMeaning[] = [
  [/^(NAME_NOT_RESOLVED|NAME_RESOLUTION_FAILED|DNS_.*|ICANN_NAME_COLLISION)$/, 'dns', 'NETWORK_FAILED'],
  [/^CONNECTION_REFUSED$/, 'refused', 'NETWORK_SERVER_DOWN'],
  [/^(CONNECTION_FAILED|ADDRESS_UNREACHABLE|ADDRESS_INVALID)$/, 'unreachable', 'NETWORK_SERVER_DOWN'],
  [/^(CONNECTION_(RESET|CLOSED|ABORTED)|SOCKET_NOT_CONNECTED|HTTP2_.*|QUIC_.*)$/, 'reset', 'NETWORK_FAILED'],
  [/^EMPTY_RESPONSE$/, 'no-answer', 'NETWORK_FAILED'],
  [/^(CONNECTION_)?TIMED_OUT$/, 'timeout', 'NETWORK_TIMEOUT'],
  [/^(INTERNET_DISCONNECTED|NETWORK_IO_SUSPENDED|NETWORK_CHANGED)$/, 'offline', 'NETWORK_DISCONNECTED'],
  [/^(CERT_.*|SSL_PINNED_KEY_NOT_IN_CERT_CHAIN)$/, 'certificate', 'SERVER_CERT_PROBLEM'],
  [/^SSL_/, 'tls'],
  [/^TOO_MANY_REDIRECTS$/, 'redirects', 'NETWORK_INVALID_REQUEST'],
  [
    /^(CONTENT_DECODING_.*|INVALID_(CHUNKED_ENCODING|HTTP_RESPONSE|RESPONSE)|RESPONSE_HEADERS_.*)$/,
    'damaged',
    'SERVER_BAD_CONTENT',
  ],
  [/^(CONTENT_LENGTH_MISMATCH|INCOMPLETE_CHUNKED_ENCODING)$/, 'cut-short', 'SERVER_CONTENT_LENGTH_MISMATCH'],
  [/^UNEXPECTED_PROXY_AUTH$/, 'status-407', 'SERVER_UNAUTHORIZED'],
  [/^PROXY_CONNECTION_FAILED$/, 'proxy', 'NETWORK_SERVER_DOWN'],
  [/^(PROXY_|TUNNEL_|SOCKS_|MANDATORY_PROXY_|PAC_)/, 'proxy'],
  [/^UNSAFE_PORT$/, 'port', 'NETWORK_INVALID_REQUEST'],
  [
    /^(UNKNOWN_URL_SCHEME|DISALLOWED_URL_SCHEME|INVALID_URL|UNSAFE_REDIRECT)$/,
    'address',
    'NETWORK_INVALID_REQUEST',
  ],
  [/^BLOCKED_BY_CLIENT$/, 'blocked', 'FILE_BLOCKED'],
  [/^BLOCKED_BY_ADMINISTRATOR$/, 'administrator', 'FILE_BLOCKED'],
  [/^REQUEST_RANGE_NOT_SATISFIABLE$/, 'no-range', 'SERVER_NO_RANGE'],
];

/** Firefox's network errors, without `NS_ERROR_`. NET_ON_CONNECTING_TO is how far it came, if it knows no error. */
const inFirefox: readonly ErrorMeaning[] = [
  [/^UNKNOWN_HOST$/, 'dns', 'NETWORK_FAILED'],
  [/^CONNECTION_REFUSED$/, 'refused', 'NETWORK_SERVER_DOWN'],
  [/^NET_ON_CONNECTING_TO$/, 'unreachable', 'NETWORK_SERVER_DOWN'],
  [/^NET_(RESET|INTERRUPT)$/, 'reset', 'NETWORK_FAILED'],
  [/^NET_TIMEOUT/, 'timeout', 'NETWORK_TIMEOUT'],
  [/^OFFLINE$/, 'offline', 'NETWORK_DISCONNECTED'],
  [/^(NET_)?INADEQUATE_SECURITY$|^BAD_HSTS_CERT$/, 'certificate', 'SERVER_CERT_PROBLEM'],
  [/^REDIRECT_LOOP$/, 'redirects', 'NETWORK_INVALID_REQUEST'],
  [/^(INVALID_CONTENT_ENCODING|CORRUPTED_CONTENT)$/, 'damaged', 'SERVER_BAD_CONTENT'],
  [/^NET_PARTIAL_TRANSFER$/, 'cut-short', 'SERVER_CONTENT_LENGTH_MISMATCH'],
  [/^PROXY_CONNECTION_REFUSED$/, 'proxy', 'NETWORK_SERVER_DOWN'],
  [/^PROXY_GATEWAY_TIMEOUT$/, 'proxy', 'NETWORK_TIMEOUT'],
  [/^(UNKNOWN_PROXY_HOST$|PROXY_)/, 'proxy', 'NETWORK_FAILED'],
  [/^PORT_ACCESS_NOT_ALLOWED$/, 'port', 'NETWORK_INVALID_REQUEST'],
  [/^UNKNOWN_PROTOCOL$/, 'address', 'NETWORK_INVALID_REQUEST'],
  [/^(NOT_RESUMABLE|ENTITY_CHANGED)$/, 'no-range', 'SERVER_NO_RANGE'],
];

/** What a status means if the browser doesn't say, or says less. */
const ofStatus: Readonly<Record<number, KnownReason>> = {
  204: 'SERVER_BAD_CONTENT',
  205: 'SERVER_BAD_CONTENT',
  401: 'SERVER_UNAUTHORIZED',
  403: 'SERVER_FORBIDDEN',
  404: 'SERVER_BAD_CONTENT',
  407: 'SERVER_UNAUTHORIZED',
  410: 'SERVER_BAD_CONTENT',
  416: 'SERVER_NO_RANGE',
  // Windows's parental controls, in Firefox's words.
  450: 'FILE_BLOCKED',
};

/** Whether a status alone makes a download fail. */
export const isRefusal = (status: number | null): boolean =>
  status !== null && (status >= 400 || status === 204 || status === 205);

/** The reason that a cause mostly gives. */
export function usualReason(cause: Cause): KnownReason {
  const status = /^status-(\d+)$/.exec(cause);
  if (status) return ofStatus[Number(status[1])] ?? 'SERVER_FAILED';
  if (cause === 'security-check') return 'FILE_SECURITY_CHECK_FAILED';
  const [, , reason] = [...inChrome, ...inFirefox].find(([, one]) => one === cause) ?? [];
  return reason ?? 'NETWORK_FAILED';
}

function meaningOf(error: string, browser: Browser): Omit<Diagnosis, 'reason'> & { reason?: string } {
  const [, name] = (browser === 'chrome' ? /^net::ERR_(\w+)$/ : /^NS_ERROR_(\w+)$/).exec(error) ?? [];
  if (name === undefined) {
    // Firefox tells what is wrong with a certificate in a sentence in its own language.
    const isSentence = browser === 'firefox' && !error.startsWith('NS_');
    return isSentence ? { cause: 'certificate', reason: 'SERVER_CERT_PROBLEM' } : { cause: null };
  }
  const found = (browser === 'chrome' ? inChrome : inFirefox).find(([errors]) => errors.test(name));
  if (!found) return { cause: null };
  const [, cause, reason] = found;
  return reason === undefined ? { cause } : { cause, reason };
}

/**
 * Reasons that say little where a request's evidence says more. Firefox's FILE_FAILED says little too, but no request
 * shows what the disk did.
 */
const vague: Readonly<Record<Browser, readonly string[]>> = {
  chrome: ['NETWORK_FAILED', 'SERVER_FAILED'],
  firefox: ['NETWORK_FAILED', 'SERVER_FAILED', 'CRASH'],
};

/** Whether a reason leaves open why downloads failed: evidence could tell, and tells it of none of them. */
export const isVague = (reason: string, browser: Browser, known: readonly (Cause | null)[]): boolean =>
  vague[browser].includes(reason) && known.every((cause) => cause === null);

/** What evidence can't explain: what the person did, what the disk did, and Chrome's own crash. */
function isBeyond(reason: string, browser: Browser, category: Category): boolean {
  if (category === 'user') return true;
  if (category === 'file') return reason !== 'FILE_BLOCKED';
  return reason === 'CRASH' && browser === 'chrome';
}

/** The diagnosis of a download that failed for `reason`, as the browser gave it. */
export function diagnose(reason: string, browser: Browser, evidence: Evidence | undefined): Diagnosis {
  if (!evidence) return { reason, cause: null };
  const { category } = classify(reason, browser);
  if (isBeyond(reason, browser, category)) return { reason, cause: null };
  const { status, error, offline } = evidence;
  // First of all, as Firefox ends such requests by itself, with an error that says no more.
  if (status !== null && isRefusal(status)) {
    const kept = category === 'server' ? reason : 'SERVER_FAILED';
    return { reason: ofStatus[status] ?? kept, cause: `status-${status}` };
  }
  if (error === null) {
    // All of it came, and Firefox did not let it through.
    return reason === 'CRASH' && status !== null && status < 300
      ? { reason: 'FILE_SECURITY_CHECK_FAILED', cause: 'security-check' }
      : { reason, cause: null };
  }
  const { cause, reason: finer } = meaningOf(error, browser);
  if (cause === 'reset' && offline) return { reason: 'NETWORK_DISCONNECTED', cause: 'offline' };
  return { reason: finer ?? reason, cause };
}

/** How a cause is tried again, where its reason alone would say otherwise. */
interface RetryRule {
  prognosis?: Prognosis;
  /** How often automatic retry may try; as often as the person wants if left out. */
  tries?: number;
}

/**
 * Trying again, by cause. A server that says how long to wait (429: RFC 6585, section 4; 503: RFC 9110, section
 * 10.2.3) is waited for whatever the cause, and what is gone for good (410: RFC 9110, section 15.5.11) is permanent by
 * its reason.
 */
function ruleFor(cause: Cause): RetryRule {
  const status = Number(/^status-(\d+)$/.exec(cause)?.[1] ?? 0);
  // RFC 9110, 15.5.9: the client may repeat the request.
  if (status === 408 || status === 429) return {};
  // The same, 15.6.2 and 15.6.6: the server will never be able to.
  if (status === 501 || status === 505) return { tries: 0 };
  // The same, 15.5: the request is at fault, so that repeating it as it is gives the same answer.
  if (status >= 400 && status < 500) return { tries: 0 };
  switch (cause) {
    // RFC 2308, section 5: "no such name" is kept for minutes to hours, so asking often only repeats the answer.
    case 'dns':
      return { tries: 2 };
    // RFC 5280, section 6: a certificate is as good as its dates and its issuer. The site or the clock can change that.
    case 'certificate':
    // A site's cookies may be missing, or an extension in the way; a damaged body is worth another look by hand.
    case 'redirects':
    case 'damaged':
    case 'blocked':
      return { prognosis: 'fixable' };
    default:
      return {};
  }
}

export const prognosisByCause = (cause: Cause | null): Prognosis | undefined =>
  cause === null ? undefined : ruleFor(cause).prognosis;

/** How often automatic retry may try to get past a cause. */
export const triesByCause = (cause: Cause | null): number =>
  (cause === null ? undefined : ruleFor(cause).tries) ?? Number.POSITIVE_INFINITY;
