/** A cause in words: what happened, with what is known of it, and what follows from that. */
import type { Cause } from '../domain/diagnosis.ts';
import { diagnosisOf, type Evidence, type Failure, tellingAttempt } from '../domain/failure.ts';
import { hostOf, visibleText } from '../domain/file-name.ts';
import { type MessageKey, text } from '../platform/i18n.ts';
import { formatMinute, formatSize } from './format.ts';
import { reasonText } from './texts.ts';

interface CauseText {
  title: string;
  remedy: string;
}

/** Undefined without a cause. */
export function causeText(failure: Failure): CauseText | undefined {
  const attempt = tellingAttempt(failure);
  if (!attempt?.evidence) return undefined;
  const { cause } = diagnosisOf(attempt, failure.browser);
  if (cause === null) return undefined;
  const { evidence, bytesReceived, totalBytes } = attempt;
  const { finalUrl } = attempt.download ?? failure;
  const url = evidence.url ?? finalUrl;
  const host = visibleText(hostOf(url));
  // Firefox often says too little.
  const received = failure.browser === 'firefox' ? 0 : bytesReceived;
  // What Firefox says of its reasons is that it says no more.
  const ofReason = reasonText(failure.reason, 'chrome');
  const remedyKey = remedyKeys[cause];
  return {
    title: titleOf(cause, evidence, { url, host, received, totalBytes }) ?? ofReason.title,
    remedy: remedyKey === undefined ? ofReason.remedy : text(remedyKey),
  };
}

/** The causes with a remedy of their own; the others have that of their reason. */
const remedyKeys: Readonly<Partial<Record<Cause, MessageKey>>> = {
  dns: 'cause_dns_remedy',
  certificate: 'cause_certificate_remedy',
  tls: 'cause_certificate_remedy',
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

interface Facts {
  url: string;
  host: string;
  /** In bytes; 0 if that is unknown. */
  received: number;
  totalBytes: number | null;
}

/** Undefined where the reason's title says it all. */
function titleOf(
  cause: Cause,
  { status, error, waitUntil, length }: Evidence,
  { url, host, received, totalBytes }: Facts,
): string | undefined {
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
      return certificateTitle(error ?? '', host);
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
      return portOf(url) === '' ? undefined : text('cause_port', portOf(url));
    case 'blocked':
      return text('cause_blocked');
    default: {
      // Chrome fails before it tells the status of a proxy that wants a password.
      const number = Number(/^status-(\d+)$/.exec(cause)?.[1] ?? 0);
      if (number === 0) return undefined;
      const named = [number, statusNames[number]].filter(Boolean).join(' ');
      return waitUntil === null
        ? text('cause_status', named)
        : text('cause_status_wait', named, formatMinute(waitUntil));
    }
  }
}

const portOf = (url: string): string => (URL.canParse(url) ? new URL(url).port : '');

/** Firefox has a sentence for it, and Chrome an error. */
function certificateTitle(error: string, host: string): string {
  if (!/^(net::ERR_|NS_ERROR_)/.test(error)) return visibleText(error);
  if (error.endsWith('CERT_DATE_INVALID')) return text('cause_certificate_date', host);
  if (error.endsWith('CERT_COMMON_NAME_INVALID')) return text('cause_certificate_name', host);
  return text('cause_certificate', host);
}

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
