/** Which parts of the journal may leave the browser, whatever the format. */
import type { Attempt, Evidence, Failure } from './failure.ts';

export interface ExportOptions {
  /** Strips the secret parts of addresses: queries, fragments, credentials and `data:` bodies. */
  withoutSecrets?: boolean;
  /** Includes failures from private windows, which otherwise never leave the browser. */
  withPrivate?: boolean;
}

/** Failures to export, in memory or streamed. No id may appear twice. */
export type Failures = Iterable<Failure> | AsyncIterable<Failure>;

/** The failures as they may be exported. */
export async function* exportable(
  failures: Failures,
  { withoutSecrets: stripped = false, withPrivate = false }: ExportOptions,
): AsyncGenerator<Failure> {
  for await (const failure of failures) {
    if (failure.incognito && !withPrivate) continue;
    yield stripped ? withoutSecrets(failure) : failure;
  }
}

/** The failure with the secret parts of its addresses stripped. */
export function withoutSecrets(failure: Failure): Failure {
  const [first, ...others] = failure.attempts;
  return {
    ...failure,
    url: publicAddress(failure.url),
    finalUrl: publicAddress(failure.finalUrl),
    referrer: failure.referrer === null ? null : publicAddress(failure.referrer),
    attempts: [withoutAddresses(first), ...others.map(withoutAddresses)],
  };
}

function withoutAddresses(attempt: Attempt): Attempt {
  // A trace contains the full address, and would match nothing without it.
  const item = attempt.item && { ...attempt.item, trace: null };
  const { download } = attempt;
  const stripped = {
    ...attempt,
    item,
    ...(download && {
      download: {
        ...download,
        url: publicAddress(download.url),
        finalUrl: publicAddress(download.finalUrl),
      },
    }),
  };
  if (stripped.state === 'failed' && stripped.evidence)
    return { ...stripped, evidence: publicEvidence(stripped.evidence) };
  if (stripped.state === 'completed' && stripped.accepted?.evidence) {
    const { accepted } = stripped;
    return { ...stripped, accepted: { ...accepted, evidence: publicEvidence(stripped.accepted.evidence) } };
  }
  return stripped.state === 'not-started'
    ? { ...stripped, message: stripped.message.replace(/:\/\/\S+|\bdata:\S*/gi, publicPart) }
    : stripped;
}

const publicEvidence = (evidence: Evidence): Evidence =>
  evidence.url === undefined ? evidence : { ...evidence, url: publicAddress(evidence.url) };

/** Strips what was found in a message: an address from its `://` on, or a whole `data:` address. */
const publicPart = (part: string): string =>
  part.startsWith(':') ? publicAddress(`x${part}`).slice(1) : publicAddress(part);

/** The shareable part of an address: scheme, host and path; for `data:`, the type. Takes any string. */
export function publicAddress(url: string): string {
  const data = /^\s*data:[^;,]*/i.exec(url);
  if (data) return `${data[0]},`;
  return url.replace(/[?#].*/s, '').replace(/^((?:[a-z][a-z0-9+.-]*:){1,3}[/\\]*)[^/\\]*@/i, '$1');
}
