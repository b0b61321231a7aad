/** A cause in words: what happened, with what is known of it, and what follows from that. */
import { type Cause, causes, usualReason } from '../domain/diagnosis.ts';
import { type Attempt, diagnosisOf, type Evidence, type Failure, tellingAttempt } from '../domain/failure.ts';
import { hostOf, visibleText } from '../domain/file-name.ts';
import { type MessageKey, text } from '../platform/i18n.ts';
import { formatClock, formatMinute, formatSize, isSameDay } from './format.ts';
import { reasonText } from './texts.ts';

interface CauseText {
  title: string;
  remedy: string;
}

/** Of the attempt that shows why the file isn't there; undefined without a cause. */
export function causeText(failure: Failure): CauseText | undefined {
  const attempt = tellingAttempt(failure);
  return attempt && attemptCauseText(attempt, failure);
}

/** Undefined without a cause. */
export function attemptCauseText(attempt: Attempt, { browser, finalUrl }: Failure): CauseText | undefined {
  if (attempt.state !== 'failed' || !attempt.evidence) return undefined;
  const { reason, cause } = diagnosisOf(attempt, browser);
  if (cause === null) return undefined;
  const { evidence, bytesReceived, totalBytes, download } = attempt;
  const url = evidence.url ?? download?.finalUrl ?? finalUrl;
  const facts = {
    ...{ evidence, totalBytes, port: portOf(url) },
    // A report on a download of a private window has no address.
    host: url === '' ? '…' : visibleText(hostOf(url)),
    // Firefox often says too little.
    received: browser === 'firefox' ? 0 : bytesReceived,
  };
  // What Firefox says of its reasons is that it says no more.
  const ofReason = reasonText(reason, 'chrome');
  const remedyKey = remedyKeyOf(cause, evidence);
  return {
    title: titleOf(cause, facts) ?? ofReason.title,
    remedy: remedyKey === undefined ? ofReason.remedy : text(remedyKey),
  };
}

/** A cause without what differs from one failure to the next. */
export const causeName = (cause: Cause): string =>
  titleOf(cause, {
    evidence: { status: 200, error: 'net::ERR_', waitUntil: null, length: null },
    ...{ host: '…', port: '…', received: 0, totalBytes: null },
  }) ?? reasonText(usualReason(cause), 'chrome').title;

/** The causes with a remedy of their own; the others have that of their reason. */
const remedyKeys: Readonly<Partial<Record<Cause, MessageKey>>> = {
  dns: 'cause_dns_remedy',
  tls: 'reason_SERVER_CERT_PROBLEM_remedy',
  redirects: 'cause_redirects_remedy',
  damaged: 'cause_damaged_remedy',
  proxy: 'cause_proxy_remedy',
  blocked: 'cause_blocked_remedy',
  'status-402': 'cause_402_remedy',
  'status-407': 'cause_407_remedy',
  'status-408': 'cause_408_remedy',
  'status-410': 'cause_410_remedy',
  'status-429': 'cause_429_remedy',
  'status-451': 'cause_451_remedy',
};

function remedyKeyOf(cause: Cause, { error }: Evidence): MessageKey | undefined {
  // Firefox's sentence can be about its dates as well.
  const mayBeClock =
    cause === 'certificate' && error !== null && (isSentence(error) || error.endsWith('CERT_DATE_INVALID'));
  return mayBeClock ? 'cause_certificate_remedy' : remedyKeys[cause];
}

interface Facts {
  evidence: Pick<Evidence, 'status' | 'error' | 'waitUntil' | 'length'>;
  host: string;
  /** Empty for the usual one. */
  port: string;
  /** In bytes; 0 if that is unknown. */
  received: number;
  totalBytes: number | null;
}

/** Undefined where the reason's title says it all. */
function titleOf(cause: Cause, { evidence, host, port, received, totalBytes }: Facts): string | undefined {
  const { status, error, waitUntil, length } = evidence;
  switch (cause) {
    case 'dns':
      return text('cause_dns', host);
    case 'refused':
      return text('cause_refused', host);
    case 'no-answer':
      return text('cause_no_answer', host);
    case 'timeout':
      return text('cause_timeout', host);
    case 'reset':
      if (status === null && totalBytes === null && received === 0) return text('cause_reset_early');
      return received > 0 ? text('cause_reset', formatSize(received)) : text('cause_reset_midway');
    case 'certificate':
      return certificateTitle(error, host);
    case 'tls':
      return text('cause_tls', host);
    case 'redirects':
      return text('cause_redirects', host);
    case 'damaged':
      return text('cause_damaged', host);
    case 'cut-short': {
      const size = totalBytes ?? length;
      return size === null || received === 0
        ? undefined
        : text('cause_cut_short', formatSize(received), formatSize(size));
    }
    case 'proxy':
      return text('cause_proxy');
    case 'port':
      return port === '' ? undefined : text('cause_port', port);
    case 'blocked':
      return text('cause_blocked');
    default: {
      // Chrome fails before it tells the status of a proxy that wants a password.
      const number = Number(/^status-(\d+)$/.exec(cause)?.[1] ?? 0);
      return number === 0 ? undefined : statusTitle(number, waitUntil);
    }
  }
}

function statusTitle(status: number, waitUntil: number | null): string {
  const named = statusText(status);
  if (waitUntil === null) return text('cause_status', named);
  return isSameDay(waitUntil, Date.now())
    ? text('cause_status_wait_today', named, formatClock(waitUntil))
    : text('cause_status_wait', named, formatMinute(waitUntil));
}

const portOf = (url: string): string => (URL.canParse(url) ? new URL(url).port : '');

/** Whether an error is Firefox's sentence about a certificate. */
const isSentence = (error: string): boolean => !/^(net::ERR_|NS_ERROR_)/.test(error);

function certificateTitle(error: string | null, host: string): string {
  if (error !== null && isSentence(error)) return visibleText(error);
  const [, problem] = /^net::ERR_CERT_(\w+)$/.exec(error ?? '') ?? [];
  switch (problem) {
    case 'DATE_INVALID':
      return text('cause_certificate_date', host);
    case 'COMMON_NAME_INVALID':
      return text('cause_certificate_name', host);
    // Chrome has no other word for either.
    case 'AUTHORITY_INVALID':
      return text('cause_certificate_issuer', host);
    case 'REVOKED':
      return text('cause_certificate_revoked', host);
    default:
      return text('cause_certificate', host);
  }
}

/** A status with its name: "404 (Not Found)". */
export const statusText = (status: number): string => [status, statusNames[status]].filter(Boolean).join(' ');

/** As RFC 9110 and others name them; they are the same in every language. */
const statusNames: Readonly<Record<number, string>> = {
  204: '(No Content)',
  205: '(Reset Content)',
  400: '(Bad Request)',
  401: '(Unauthorized)',
  402: '(Payment Required)',
  403: '(Forbidden)',
  404: '(Not Found)',
  405: '(Method Not Allowed)',
  406: '(Not Acceptable)',
  407: '(Proxy Authentication Required)',
  408: '(Request Timeout)',
  409: '(Conflict)',
  410: '(Gone)',
  412: '(Precondition Failed)',
  413: '(Content Too Large)',
  414: '(URI Too Long)',
  416: '(Range Not Satisfiable)',
  418: "(I'm a teapot)",
  421: '(Misdirected Request)',
  423: '(Locked)',
  425: '(Too Early)',
  429: '(Too Many Requests)',
  431: '(Request Header Fields Too Large)',
  451: '(Unavailable For Legal Reasons)',
  500: '(Internal Server Error)',
  501: '(Not Implemented)',
  502: '(Bad Gateway)',
  503: '(Service Unavailable)',
  504: '(Gateway Timeout)',
  507: '(Insufficient Storage)',
  508: '(Loop Detected)',
  509: '(Bandwidth Limit Exceeded)',
};

/** The statuses that a download can be refused with: servers such as Cloudflare's have some that no RFC names. */
const refusals = [204, 205, ...Array.from({ length: 200 }, (_, index) => 400 + index)];

/** All causes. */
export const knownCauses: readonly Cause[] = [
  ...causes,
  ...refusals.map((status) => `status-${status}` as const),
];
