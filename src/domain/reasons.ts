/** The family of a reason. */
export const categories = ['network', 'server', 'file', 'misc', 'user'] as const;
export type Category = (typeof categories)[number];

/**
 * What a retry is worth, most promising first: it may work as it is (`transient`), or once the person has done
 * something (`fixable`), or never (`permanent`); or the person stopped the download on purpose (`chosen`).
 */
export const prognoses = ['transient', 'fixable', 'permanent', 'chosen'] as const;
export type Prognosis = (typeof prognoses)[number];

/** The browser that gave a reason. Some reasons mean different things in the two. */
export type Browser = 'chrome' | 'firefox';

/**
 * Every `InterruptReason` that either browser can give: the 24 of the WebExtensions documentation and five that
 * only Chrome's sources name (FILE_HASH_MISMATCH, FILE_SAME_AS_SOURCE, SERVER_UNREACHABLE,
 * SERVER_CONTENT_LENGTH_MISMATCH, SERVER_CROSS_ORIGIN_REDIRECT). A reason's prefix names its category.
 */
const catalogue = {
  transient: [
    'FILE_TRANSIENT_ERROR',
    'FILE_TOO_SHORT',
    'FILE_HASH_MISMATCH',
    'NETWORK_FAILED',
    'NETWORK_TIMEOUT',
    'NETWORK_DISCONNECTED',
    'NETWORK_SERVER_DOWN',
    'SERVER_FAILED',
    'SERVER_NO_RANGE',
    'SERVER_UNREACHABLE',
    'SERVER_CONTENT_LENGTH_MISMATCH',
    'USER_SHUTDOWN',
    'CRASH',
  ],
  fixable: [
    'FILE_FAILED',
    'FILE_ACCESS_DENIED',
    'FILE_NO_SPACE',
    'FILE_NAME_TOO_LONG',
    'FILE_TOO_LARGE',
    'SERVER_UNAUTHORIZED',
    'SERVER_FORBIDDEN',
  ],
  permanent: [
    'FILE_VIRUS_INFECTED',
    'FILE_BLOCKED',
    'FILE_SECURITY_CHECK_FAILED',
    'FILE_SAME_AS_SOURCE',
    'NETWORK_INVALID_REQUEST',
    'SERVER_BAD_CONTENT',
    'SERVER_CERT_PROBLEM',
    'SERVER_CROSS_ORIGIN_REDIRECT',
  ],
  chosen: ['USER_CANCELED'],
} as const satisfies Record<Prognosis, readonly string[]>;

export type KnownReason = (typeof catalogue)[Prognosis][number];

/**
 * Our own reasons, for a download that the browser calls complete: what came may be a page, nothing, or a part of the
 * file (`suspicion.ts`).
 */
const suspicions = {
  SUSPECT_PAGE: 'fixable',
  SUSPECT_EMPTY: 'fixable',
  SUSPECT_CUT_SHORT: 'transient',
} as const satisfies Record<string, Prognosis>;

export type SuspicionReason = keyof typeof suspicions;

/** Whether a reason is one of ours. Mostly there is a file on disk then: `suspectOf` in `failure.ts` gives it. */
export const isSuspicion = (reason: string): reason is SuspicionReason => Object.hasOwn(suspicions, reason);
export const suspicionReasons: readonly SuspicionReason[] = Object.keys(suspicions).filter(isSuspicion);

/** All known reasons, in the catalogue's order. */
export const knownReasons: readonly KnownReason[] = prognoses.flatMap((prognosis) => catalogue[prognosis]);

/**
 * Reasons that mean something else in Firefox. CRASH is its fallback for anything that is neither network nor file: an
 * untrusted certificate, a blocked port, an unknown scheme. NETWORK_FAILED and FILE_FAILED are all it says about
 * network and file errors, so they get texts of their own.
 */
const inFirefox: Readonly<Record<string, Prognosis>> = {
  CRASH: 'fixable',
  NETWORK_FAILED: 'transient',
  FILE_FAILED: 'fixable',
};

/** What a reason means in the browser that gave it. */
export interface ReasonMeaning {
  reason: string;
  category: Category;
  prognosis: Prognosis;
  /** False for a reason that this version has never heard of. */
  known: boolean;
  /** Stem of the message keys: `reason_<stem>_title` and `reason_<stem>_remedy`. */
  textStem: string;
}

/**
 * Classifies any string. An unknown reason gets the category of its prefix, else misc, and is never transient: we don't
 * automatically retry what we don't know.
 */
export function classify(reason: string, browser: Browser): ReasonMeaning {
  if (isSuspicion(reason))
    return { reason, category: 'server', prognosis: suspicions[reason], known: true, textStem: reason };
  const prefix = reason.split('_', 1)[0]?.toLowerCase();
  const category = categories.find((name) => name === prefix) ?? 'misc';
  const listed = prognoses.find((prognosis) => catalogue[prognosis].some((known) => known === reason));
  if (!listed) return { reason, category, prognosis: 'fixable', known: false, textStem: 'unknown' };
  const special = browser === 'firefox' ? inFirefox[reason] : undefined;
  const textStem = special ? `${reason}_firefox` : reason;
  return { reason, category, prognosis: special ?? listed, known: true, textStem };
}
