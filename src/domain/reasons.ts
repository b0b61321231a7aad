/** The family of a reason. */
export const categories = ['network', 'server', 'file', 'misc', 'user'] as const;
export type Category = (typeof categories)[number];

/**
 * What trying again is worth: as it is (`transient`), after the person does something (`fixable`), nothing
 * (`permanent`), or the person ended it on purpose (`chosen`).
 */
export type Prognosis = 'transient' | 'fixable' | 'permanent' | 'chosen';

/** The browser that gave a reason: some reasons mean another thing in each. */
export type Browser = 'chrome' | 'firefox';

interface Meaning {
  category: Category;
  prognosis: Prognosis;
}

const meaning = (category: Category, prognosis: Prognosis): Meaning => ({ category, prognosis });

/**
 * Every `InterruptReason` that either browser can give: the 24 of the WebExtensions documentation and five that
 * only Chrome's sources name (FILE_HASH_MISMATCH, FILE_SAME_AS_SOURCE, SERVER_UNREACHABLE,
 * SERVER_CONTENT_LENGTH_MISMATCH, SERVER_CROSS_ORIGIN_REDIRECT).
 */
const catalogue = {
  FILE_FAILED: meaning('file', 'fixable'),
  FILE_ACCESS_DENIED: meaning('file', 'fixable'),
  FILE_NO_SPACE: meaning('file', 'fixable'),
  FILE_NAME_TOO_LONG: meaning('file', 'fixable'),
  FILE_TOO_LARGE: meaning('file', 'fixable'),
  FILE_VIRUS_INFECTED: meaning('file', 'permanent'),
  FILE_TRANSIENT_ERROR: meaning('file', 'transient'),
  FILE_BLOCKED: meaning('file', 'permanent'),
  FILE_SECURITY_CHECK_FAILED: meaning('file', 'permanent'),
  FILE_TOO_SHORT: meaning('file', 'transient'),
  FILE_HASH_MISMATCH: meaning('file', 'transient'),
  FILE_SAME_AS_SOURCE: meaning('file', 'permanent'),
  NETWORK_FAILED: meaning('network', 'transient'),
  NETWORK_TIMEOUT: meaning('network', 'transient'),
  NETWORK_DISCONNECTED: meaning('network', 'transient'),
  NETWORK_SERVER_DOWN: meaning('network', 'transient'),
  NETWORK_INVALID_REQUEST: meaning('network', 'permanent'),
  SERVER_FAILED: meaning('server', 'transient'),
  SERVER_NO_RANGE: meaning('server', 'transient'),
  SERVER_BAD_CONTENT: meaning('server', 'permanent'),
  SERVER_UNAUTHORIZED: meaning('server', 'fixable'),
  SERVER_CERT_PROBLEM: meaning('server', 'permanent'),
  SERVER_FORBIDDEN: meaning('server', 'fixable'),
  SERVER_UNREACHABLE: meaning('server', 'transient'),
  SERVER_CONTENT_LENGTH_MISMATCH: meaning('server', 'transient'),
  SERVER_CROSS_ORIGIN_REDIRECT: meaning('server', 'permanent'),
  USER_CANCELED: meaning('user', 'chosen'),
  USER_SHUTDOWN: meaning('user', 'transient'),
  CRASH: meaning('misc', 'transient'),
} as const satisfies Record<string, Meaning>;

export type KnownReason = keyof typeof catalogue;

/** All known reasons, in the catalogue's order. */
export const knownReasons = Object.keys(catalogue) as KnownReason[];

/**
 * What Firefox means where it differs from the catalogue. CRASH is its fallback for all that is neither network
 * nor file: a certificate it does not trust, a blocked port, an unknown scheme. NETWORK_FAILED and FILE_FAILED
 * are all it tells of their families, so they get words of their own.
 */
const inFirefox: Partial<Record<KnownReason, Meaning>> = {
  CRASH: meaning('misc', 'fixable'),
  NETWORK_FAILED: catalogue.NETWORK_FAILED,
  FILE_FAILED: catalogue.FILE_FAILED,
};

/** What a reason means in the browser that gave it. */
export interface ReasonMeaning extends Meaning {
  reason: string;
  /** False for a reason that this version has never heard of. */
  known: boolean;
  /** Stem of the message keys: `reason_<stem>_title` and `reason_<stem>_remedy`. */
  textStem: string;
}

const isKnown = (reason: string): reason is KnownReason => Object.hasOwn(catalogue, reason);

/**
 * Classifies any string. An unknown reason goes to the category that its prefix names, else to misc, and is
 * never called transient: what we don't know we don't try again by ourselves.
 */
export function classify(reason: string, browser: Browser): ReasonMeaning {
  if (isKnown(reason)) {
    const special = browser === 'firefox' ? inFirefox[reason] : undefined;
    return special
      ? { reason, known: true, ...special, textStem: `${reason}_firefox` }
      : { reason, known: true, ...catalogue[reason], textStem: reason };
  }
  const prefix = reason.split('_', 1)[0]?.toLowerCase();
  const category = categories.find((name) => name === prefix) ?? 'misc';
  return { reason, known: false, category, prognosis: 'fixable', textStem: 'unknown' };
}
