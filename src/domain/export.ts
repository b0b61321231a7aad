/** What of the journal may leave the browser, in whatever format. */
import type { Attempt, Failure } from './failure.ts';

export interface ExportOptions {
  /** Leaves out what only the person may see of addresses: queries, fragments, credentials and `data:` bodies. */
  withoutSecrets?: boolean;
  /** Also those of private windows, which otherwise never leave the browser. */
  withPrivate?: boolean;
}

/** Failures to export, all at hand or read bit by bit. Each id may come once only. */
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

/** Without what only the person may see of its addresses. */
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
  // A trace contains the address as it is: changed it would trace nothing.
  const item = attempt.item && { ...attempt.item, trace: null };
  return attempt.state === 'not-started'
    ? {
        ...attempt,
        item,
        message: attempt.message.replace(/:\/\/\S+|\bdata:\S*/gi, publicPart),
      }
    : { ...attempt, item };
}

/** The part of an address from its `://` on; a `data:` address is whole. */
const publicPart = (part: string): string =>
  part.startsWith(':') ? publicAddress(`x${part}`).slice(1) : publicAddress(part);

/** An address as anybody may know it: scheme, host and path; of `data:` the type. Takes any string. */
export function publicAddress(url: string): string {
  const data = /^\s*data:[^;,]*/i.exec(url);
  if (data) return `${data[0]},`;
  return url.replace(/[?#].*/s, '').replace(/^((?:[a-z][a-z0-9+.-]*:){1,3}[/\\]*)[^/\\]*@/i, '$1');
}
