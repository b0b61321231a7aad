import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_SEED, DEFAULT_SIZE, piecesOf } from './body.ts';
import { answerText, type Exchange, pause, resetConnection, startAnswer } from './exchange.ts';
import { attachment } from './file-names.ts';

const MAX_SIZE = 1024 ** 3; // bytes
const MAX_RATE = 1024 ** 3; // bytes a second
const TICKS = 10; // writes a second when the rate is limited

/** What happens to the connection when an answer is cut: a TCP reset, a clean close, or silence. */
export type Cut = 'reset' | 'short' | 'hang';

/** How a file is served. */
export interface Serving {
  /** Offer ETag and Accept-Ranges. */
  offersRanges: boolean;
  /** Answer a Range request with that part only. */
  honoursRange: boolean;
  /** Which content, see `bodyOf`. */
  seed: string;
  /** Cut the answer off instead of finishing it. */
  cut?: Cut | undefined;
  /** Bytes a second; null is as fast as it goes. */
  rate: number | null;
}

/** How the address asks for the file to be served: whole, unless a route says otherwise. */
export function servingOf({ query }: Exchange): Serving {
  const ranges = query.flag('ranges', true); // ranges=0: no ETag, no Accept-Ranges, Range is ignored
  return {
    offersRanges: ranges,
    honoursRange: ranges,
    seed: query.text('seed', DEFAULT_SEED), // which content
    rate: query.integer('rate', null, [1, MAX_RATE]), // bytes a second
  };
}

/** Serves the file that the address names, or a range of it, or less than was promised. */
export async function sendFile(exchange: Exchange, serving = servingOf(exchange)): Promise<void> {
  const { request, response, query } = exchange;
  const size = query.integer('size', DEFAULT_SIZE, [0, MAX_SIZE]); // bytes
  const cut = readCut(exchange, size);
  const etag = etagOf(serving.seed, size);

  // Firefox guards a resume with If-Match, Chromium with If-Range.
  if (serving.offersRanges && (request.headers['if-match'] ?? etag) !== etag) {
    return answerText(exchange, 412, 'The file has changed since.');
  }
  const range = serving.honoursRange ? wantedRange(exchange, size, etag) : null;
  if (range === 'unsatisfiable') {
    return answerText(exchange, 416, 'There is no such range.', { 'Content-Range': `bytes */${size}` });
  }
  const [from, to] = range ?? [0, size];
  if (serving.cut !== undefined && !cut.headers) return breakOff(exchange, serving.cut, cut.wait);

  startAnswer(exchange, range === null ? 200 : 206, {
    'Content-Type': 'application/octet-stream',
    'Content-Disposition': dispositionOf(exchange),
    'Content-Length': to - from,
    ...(serving.offersRanges && { 'Accept-Ranges': 'bytes', ETag: etag }),
    ...(range !== null && { 'Content-Range': `bytes ${from}-${to - 1}/${size}` }),
  });
  response.flushHeaders();
  if (request.method === 'HEAD') return void response.end();

  // A range request that starts beyond the cut gets only `more` bytes: by default none.
  const end = serving.cut === undefined ? to : Math.min(to, Math.max(cut.at, from + cut.more));
  const { seed, rate } = serving;
  const pieces = rate === null ? piecesOf(seed, from, end) : drip({ seed, from, end, rate }, exchange.gone);
  await pipeline(pieces, response, { end: false, signal: exchange.gone });
  if (serving.cut === undefined) response.end();
  else await breakOff(exchange, serving.cut, cut.wait);
}

/** Where and how an answer is cut; read for every file, so that a wrong value is always told. */
function readCut({ query }: Exchange, size: number) {
  return {
    headers: query.flag('headers', true), // headers=0: cut before anything is answered
    at: Math.floor(size * query.fraction('at', 0.5)), // cut after this part of the file
    more: Math.floor(size * query.fraction('more', 0)), // a range request beyond `at` gets this part more
    // Milliseconds of silence before the cut. A reset overtakes bytes that still wait to be read, so let them arrive;
    // and Firefox shows an alert if a download that a click started ends before it is set up.
    wait: query.integer('wait', 200, [0, 60_000]),
  };
}

async function breakOff(exchange: Exchange, cut: Cut, wait: number): Promise<void> {
  if (cut === 'hang') return;
  await pause(exchange, wait);
  if (cut === 'reset') resetConnection(exchange);
  else exchange.request.socket.end();
}

async function* drip(
  { seed, from, end, rate }: { seed: string; from: number; end: number; rate: number },
  gone: AbortSignal,
): AsyncGenerator<Buffer> {
  const bytesPerTick = Math.max(1, Math.floor(rate / TICKS));
  for (const piece of piecesOf(seed, from, end, bytesPerTick)) {
    // Before and not after it: once the last byte is sent the request is over, and counts as open no longer.
    await sleep((1000 * bytesPerTick) / rate, undefined, { signal: gone });
    yield piece;
  }
}

/** The ETag, quotes included, of a file. */
export function etagOf(seed: string, size: number): string {
  return `"${createHash('sha256').update(`${size} ${seed}`).digest('hex').slice(0, 16)}"`;
}

/** The part a Range header asks for, as first byte and the byte after the last; null is the whole file. */
function wantedRange(
  { request }: Exchange,
  size: number,
  etag: string,
): readonly [number, number] | 'unsatisfiable' | null {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  if (first === '' && last === '') return null;
  if ((request.headers['if-range'] ?? etag) !== etag) return null;
  if (first === '') return Number(last) === 0 ? 'unsatisfiable' : [Math.max(0, size - Number(last)), size];
  const from = Number(first);
  if (from >= size) return 'unsatisfiable';
  return last === '' || Number(last) < from ? [from, size] : [from, Math.min(size, Number(last) + 1)];
}

/** Attachment, named by ?name=, else by the end of the path, else by the route. */
function dispositionOf({ query, route, tail }: Exchange): string {
  const name = query.text('name', null);
  if (name !== null) return attachment(name);
  // Under /file/ the browser has to take the name from the address.
  return route === 'file' ? 'attachment' : attachment(tail.at(-1) || `${route}.bin`);
}
