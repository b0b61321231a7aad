import { readFileSync } from 'node:fs';
import type { Target } from '../../../src/platform/target.ts';

type Category = 'file' | 'network' | 'server' | 'user' | 'misc';
type Prognosis = 'transient' | 'fixable' | 'permanent' | 'chosen';

/** What is known of a reason from the browsers themselves, apart from the extension's own catalogue. */
export interface ExpectedReason {
  reason: string;
  /** Chromium's number for it, which stands in its history database. */
  code: number;
  category: Category;
  prognosis: Prognosis;
  /** Why nothing that a test can break brings it about in Chromium; absent where something does. */
  notLive?: string;
}

const expected = (
  code: number,
  reason: string,
  category: Category,
  prognosis: Prognosis,
  notLive?: string,
): ExpectedReason => ({ reason, code, category, prognosis, ...(notLive !== undefined && { notLive }) });

/** All reasons that Chromium knows, by its numbers. */
export const expectedReasons: readonly ExpectedReason[] = [
  expected(1, 'FILE_FAILED', 'file', 'fixable'),
  expected(2, 'FILE_ACCESS_DENIED', 'file', 'fixable'),
  expected(3, 'FILE_NO_SPACE', 'file', 'fixable'),
  expected(5, 'FILE_NAME_TOO_LONG', 'file', 'fixable', 'the browser asks for another name instead'),
  expected(6, 'FILE_TOO_LARGE', 'file', 'fixable', 'a file beyond the limit ends as FILE_FAILED on Linux'),
  expected(7, 'FILE_VIRUS_INFECTED', 'file', 'permanent', 'only Windows has the scanner'),
  expected(10, 'FILE_TRANSIENT_ERROR', 'file', 'transient', 'the browser tries again by itself'),
  expected(11, 'FILE_BLOCKED', 'file', 'permanent'),
  expected(12, 'FILE_SECURITY_CHECK_FAILED', 'file', 'permanent', 'only Windows has the check'),
  expected(13, 'FILE_TOO_SHORT', 'file', 'transient', 'the browser starts again by itself'),
  expected(14, 'FILE_HASH_MISMATCH', 'file', 'transient', 'the browser starts again by itself'),
  expected(15, 'FILE_SAME_AS_SOURCE', 'file', 'permanent', 'it ends as USER_CANCELED without a window'),
  expected(20, 'NETWORK_FAILED', 'network', 'transient'),
  expected(21, 'NETWORK_TIMEOUT', 'network', 'transient', 'takes minutes: see timeout.slow.ts'),
  expected(22, 'NETWORK_DISCONNECTED', 'network', 'transient'),
  expected(23, 'NETWORK_SERVER_DOWN', 'network', 'transient'),
  expected(24, 'NETWORK_INVALID_REQUEST', 'network', 'permanent'),
  expected(30, 'SERVER_FAILED', 'server', 'transient'),
  expected(31, 'SERVER_NO_RANGE', 'server', 'transient'),
  expected(33, 'SERVER_BAD_CONTENT', 'server', 'permanent'),
  expected(34, 'SERVER_UNAUTHORIZED', 'server', 'fixable'),
  expected(35, 'SERVER_CERT_PROBLEM', 'server', 'permanent', 'a bad certificate ends as NETWORK_FAILED'),
  expected(36, 'SERVER_FORBIDDEN', 'server', 'fixable'),
  expected(37, 'SERVER_UNREACHABLE', 'server', 'transient'),
  expected(38, 'SERVER_CONTENT_LENGTH_MISMATCH', 'server', 'transient'),
  expected(39, 'SERVER_CROSS_ORIGIN_REDIRECT', 'server', 'permanent', 'the browser follows redirects'),
  expected(40, 'USER_CANCELED', 'user', 'chosen'),
  expected(41, 'USER_SHUTDOWN', 'user', 'transient', 'Chrome calls it USER_CANCELED: restart.chrome.test.ts'),
  expected(50, 'CRASH', 'misc', 'transient'),
];

/** The eight of them that Firefox gives, and where it means another thing by it. */
const inFirefox = new Map<string, { prognosis?: Prognosis; ownTexts?: boolean }>([
  ['NETWORK_FAILED', { ownTexts: true }],
  ['FILE_FAILED', { ownTexts: true }],
  // Its word for a bad certificate, a blocked port or an unknown scheme: as it is, that stays so.
  ['CRASH', { ownTexts: true, prognosis: 'fixable' }],
  ['USER_CANCELED', {}],
  ['SERVER_BAD_CONTENT', {}],
  ['SERVER_FORBIDDEN', {}],
  ['SERVER_UNAUTHORIZED', {}],
  ['SERVER_FAILED', {}],
]);

/** The names of the eight reasons that Firefox gives. */
export const firefoxReasons: readonly string[] = [...inFirefox.keys()];

const messages: Record<string, { message: string } | undefined> = JSON.parse(
  readFileSync(new URL('../../../public/_locales/en/messages.json', import.meta.url), 'utf8'),
);

/** A text of the extension, by its key. */
export function message(key: string): string {
  const entry = messages[key];
  if (entry === undefined) throw new Error(`messages.json has no ${key}.`);
  return entry.message;
}

/** What the popup has to show of a download that failed for a reason. */
export interface ExpectedRow {
  category: string;
  reason: string;
  title: string;
  remedy: string;
  prognosis: string;
  canRetry: boolean;
}

/** What the popup has to show of a download that failed for this reason in this browser. */
export function expectedRow(reason: string, target: Target): ExpectedRow {
  const known = expectedReasons.find((one) => one.reason === reason);
  if (known === undefined) throw new Error(`${reason} is not in the table.`);
  const special = target === 'firefox' ? inFirefox.get(reason) : undefined;
  const prognosis = special?.prognosis ?? known.prognosis;
  const stem = special?.ownTexts ? `${reason}_firefox` : reason;
  return {
    category: known.category,
    reason,
    title: message(`reason_${stem}_title`),
    remedy: message(`reason_${stem}_remedy`),
    prognosis,
    canRetry: prognosis === 'transient' || prognosis === 'fixable',
  };
}

/** The popup's counts when each of these reasons has one failure: of the categories and of the reasons in them. */
export function expectedCounts(reasons: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { reason, category } of expectedReasons.filter((one) => reasons.includes(one.reason))) {
    counts[category] = (counts[category] ?? 0) + 1;
    counts[`${category}/${reason}`] = 1;
  }
  return counts;
}
