import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import type { FaultKeys } from './fault-keys.ts';
import { Parameters } from './parameters.ts';
import type { LoggedRequest, Writable } from './request-log.ts';

/** One request with its answer, and all that a route needs to give it. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  /** The first segment of the path, which names the route. */
  readonly route: string;
  /** The segments after it, decoded. */
  readonly tail: readonly string[];
  readonly query: Parameters;
  /** What is counted together and healed together; the address itself if it names none. */
  readonly key: string;
  readonly keys: FaultKeys;
  readonly logged: Writable<LoggedRequest>;
  /** Aborted when the connection is gone, so that nothing goes on waiting for it. */
  readonly gone: AbortSignal;
}

/** Reads a request; null if its address cannot be read at all. */
export function openExchange(
  scheme: 'http' | 'https',
  request: IncomingMessage,
  response: ServerResponse,
  keys: FaultKeys,
): Exchange | null {
  const { method = 'GET', url: path = '/', headers } = request;
  const base = `${scheme}://${headers.host ?? 'localhost'}`;
  if (!URL.canParse(path, base)) return null;
  const url = new URL(path, base);
  const [route = '', ...tail] = url.pathname.slice(1).split('/').map(decode);
  const query = new Parameters(url.searchParams);
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  response.on('error', () => gone.abort());
  return {
    request,
    response,
    url,
    route,
    tail,
    query,
    key: url.searchParams.get('key') ?? path,
    keys,
    logged: {
      time: Date.now(),
      method,
      host: url.hostname,
      path,
      range: headers.range,
      ifRange: headers['if-range']?.toString(),
      ifMatch: headers['if-match'],
      referer: headers.referer,
      cookie: headers.cookie,
      status: undefined,
      body: '',
    },
    gone: gone.signal,
  };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // a stray % stands for itself
  }
}

/** Starts the answer and logs its status. */
export function startAnswer(exchange: Exchange, status: number, headers: OutgoingHttpHeaders): void {
  exchange.logged.status = status;
  // A stored answer would hide the next fault of the same address.
  exchange.response.writeHead(status, { 'Cache-Control': 'no-store', ...headers });
}

/** Answers with a short text. */
export function answerText(
  exchange: Exchange,
  status: number,
  text: string,
  headers: OutgoingHttpHeaders = {},
): void {
  const hasBody = ![204, 205, 304].includes(status);
  startAnswer(
    exchange,
    status,
    hasBody ? { 'Content-Type': 'text/plain; charset=utf-8', ...headers } : headers,
  );
  exchange.response.end(hasBody ? text : undefined);
}

/** Breaks the connection with a TCP reset, as a crashed peer or a middlebox does. */
export function resetConnection({ request }: Exchange): void {
  // Node cannot reset an encrypted socket; a close without goodbye is its nearest.
  if (request.socket instanceof TLSSocket) request.socket.destroy();
  else request.socket.resetAndDestroy();
}

/** Waits `milliseconds`; rejects when the connection goes first. */
export function pause({ gone }: Exchange, milliseconds: number): Promise<void> {
  return milliseconds === 0 ? Promise.resolve() : sleep(milliseconds, undefined, { signal: gone });
}
