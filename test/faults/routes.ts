import { answerText, type Exchange, pause, startAnswer } from './exchange.ts';
import { BadParameter } from './parameters.ts';
import { type Cut, sendFile, servingOf } from './send-file.ts';

type Route = (exchange: Exchange) => Promise<void> | void;

// Every route takes, where it serves a file, what `servingOf`, `readCut` and `dispositionOf` read:
// size, seed, rate, ranges, name; at, more, headers, wait. And `key`, to count and heal addresses together.

/** The routes by the first segment of their path. What follows it names the file: /reset/report.pdf. */
export const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  // /ok: the whole file, with ranges.
  ['ok', (exchange) => sendFile(exchange)],

  // /slow: the whole file at rate=2048 bytes a second.
  [
    'slow',
    (exchange) => sendFile(exchange, { ...servingOf(exchange), rate: servingOf(exchange).rate ?? 2048 }),
  ],

  // /status/404: that status (200 to 599), with retry-after= as its header if given.
  [
    'status',
    (exchange) =>
      answerStatus(exchange, readStatus(exchange.tail[0]), exchange.query.text('retry-after', null)),
  ],

  // /reset: at=0.5 of the file, then a TCP reset, resets=1 times (or always).
  ['reset', (exchange) => cutOff(exchange, 'reset')],

  // /short: the same, with a clean close before Content-Length is reached.
  ['short', (exchange) => cutOff(exchange, 'short')],

  // /hang: at=0.5 of the file (nothing with headers=0), then silence until it is healed and asked again.
  ['hang', (exchange) => cutOff(exchange, 'hang', Number.POSITIVE_INFINITY)],

  // /recover: fails after=1 times with status=503 (or status=reset, status=short), then serves the file.
  ['recover', (exchange) => recover(exchange, null)],

  // /retry-after: the same, and says to wait seconds=2; form=date says it as an HTTP date.
  ['retry-after', (exchange) => recover(exchange, readRetryAfter(exchange))],

  // /redirect: to=address, with status=302.
  ['redirect', (exchange) => redirect(exchange, exchange.query.text('to', '/ok'))],

  // /redirect-loop: to itself, for ever.
  ['redirect-loop', (exchange) => redirect(exchange, exchange.url.pathname + exchange.url.search)],

  // /redirect-on-range: cut once; a range request is then redirected, with to=same or to=cross origin.
  ['redirect-on-range', onRange((exchange) => redirect(exchange, elsewhere(exchange)))],

  // /range-416: cut once; a range request then gets 416.
  ['range-416', onRange((exchange) => answerText(exchange, 416, 'There is no such range.'))],

  // /range-ignored: cut once; a range request then gets 200 and the whole file.
  [
    'range-ignored',
    onRange((exchange) => sendFile(exchange, { ...servingOf(exchange), honoursRange: false })),
  ],

  // /etag-changes: cut once; after that another file stands there: `bodyOf(changedSeed(seed), size)`.
  ['etag-changes', changeAfterCut],

  // /name?name=…: a download with that file name; fault= makes it fail.
  ['name', sendWithFault],

  // /file/<any name>: the same, with the name in the address; fault= makes it fail.
  ['file', sendWithFault],

  // /post: answers POST only (the server sees to that); fault= makes it fail, to= redirects with status=302.
  [
    'post',
    (exchange) => {
      const to = exchange.query.text('to', null);
      return to === null ? sendWithFault(exchange) : redirect(exchange, to);
    },
  ],

  // /expired: 403 in the words of a storage service whose signed address has run out.
  ['expired', (exchange) => answerText(exchange, 403, EXPIRED, { 'Content-Type': 'application/xml' })],

  // /referer-required: 403 unless a page of its own is named as the source; fault= makes it fail even so. It first thinks
  // for think=0 milliseconds.
  [
    'referer-required',
    async (exchange) => {
      await pause(exchange, exchange.query.integer('think', 0, [0, 60_000]));
      return exchange.request.headers.referer?.startsWith(`${exchange.url.origin}/`)
        ? sendWithFault(exchange)
        : answerStatus(exchange, 403, null);
    },
  ],

  // /greedy-page: cut once; then a page with status=404 that wants all that a page can want.
  [
    'greedy-page',
    (exchange) => {
      if (exchange.keys.mustFail(exchange.key, 1))
        return sendFile(exchange, { ...servingOf(exchange), cut: 'reset' });
      startAnswer(exchange, readStatus(exchange.query.text('status', '404')), {
        'Content-Type': 'text/html; charset=utf-8',
        Link: '</wanted/header.css>; rel=preload; as=style',
      });
      exchange.response.end(GREEDY);
    },
  ],

  // /cookie-required: status=403 unless signed in (/sign-in, /sign-out); fault= makes it fail even so.
  [
    'cookie-required',
    (exchange) =>
      exchange.request.headers.cookie?.includes(SIGNED_IN)
        ? sendWithFault(exchange)
        : answerStatus(exchange, readStatus(exchange.query.text('status', '403')), null),
  ],
]);

/** The cookie that /cookie-required wants. */
export const SIGNED_IN = 'signed-in=yes';

/** The seed of the file that takes the place of `seed` at /etag-changes. */
export function changedSeed(seed: string): string {
  return `${seed} (changed)`;
}

/** Asks for `/wanted/…` in as many ways as there are. */
const GREEDY = `<!doctype html>
<title>Not found</title>
<meta http-equiv="refresh" content="0; url=/wanted/refresh">
<link rel="stylesheet" href="/wanted/link.css"><link rel="icon" href="/wanted/icon.png">
<link rel="prefetch" href="/wanted/prefetch"><link rel="preload" as="image" href="/wanted/preload.png">
<style>@font-face { font-family: f; src: url(/wanted/font) } p { font-family: f; background: url(/wanted/css.png) }</style>
<script src="/wanted/script.js"></script>
<script>fetch('/wanted/fetch'); new Image().src = '/wanted/image'; location = '/wanted/location'</script>
<body onload="fetch('/wanted/onload')" background="/wanted/body.png">
<p>Not found</p><img src="/wanted/img.png"><img src="x:" onerror="fetch('/wanted/onerror')">
<iframe src="/wanted/frame"></iframe><iframe srcdoc="<img src=/wanted/srcdoc.png>"></iframe>
<object data="/wanted/object"></object><embed src="/wanted/embed">
<video autoplay src="/wanted/video.mp4"></video><audio autoplay src="/wanted/audio.mp3"></audio>
<form action="/wanted/form"><input autofocus onfocus="this.form.submit()"></form>
`;

const EXPIRED =
  '<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>\n';

function cutOff(exchange: Exchange, cut: Cut, defaultTimes = 1): Promise<void> {
  const times = exchange.query.times('resets', defaultTimes);
  const fails = exchange.keys.mustFail(exchange.key, times);
  return sendFile(exchange, { ...servingOf(exchange), cut: fails ? cut : undefined });
}

/** Cuts the first answer (cut=reset or short); then range requests get `answer`, and others the whole file. */
function onRange(answer: Route): Route {
  return (exchange) => {
    const cut = exchange.query.oneOf('cut', 'reset', ['reset', 'short']);
    return exchange.request.headers.range === undefined ? cutOff(exchange, cut) : answer(exchange);
  };
}

function changeAfterCut(exchange: Exchange): Promise<void> {
  const serving = servingOf(exchange);
  const cut = exchange.query.oneOf('cut', 'reset', ['reset', 'short']);
  return exchange.keys.mustFail(exchange.key, 1)
    ? sendFile(exchange, { ...serving, cut })
    : sendFile(exchange, { ...serving, seed: changedSeed(serving.seed) });
}

function recover(exchange: Exchange, retryAfter: string | null): Promise<void> | void {
  const times = exchange.query.times('after', 1);
  const failure = exchange.query.text('status', '503');
  if (failure === 'reset' || failure === 'short') {
    const fails = exchange.keys.mustFail(exchange.key, times);
    return sendFile(exchange, { ...servingOf(exchange), cut: fails ? failure : undefined });
  }
  const status = readStatus(failure);
  return exchange.keys.mustFail(exchange.key, times)
    ? answerStatus(exchange, status, retryAfter)
    : sendFile(exchange);
}

/** fault=ok, reset, short, hang, or a status such as 404. */
function sendWithFault(exchange: Exchange): Promise<void> | void {
  const fault = exchange.query.text('fault', 'ok');
  if (fault === 'ok') return sendFile(exchange);
  if (fault === 'reset' || fault === 'short') return cutOff(exchange, fault);
  if (fault === 'hang') return cutOff(exchange, fault, Number.POSITIVE_INFINITY);
  return answerStatus(exchange, readStatus(fault), null);
}

function answerStatus(exchange: Exchange, status: number, retryAfter: string | null): void {
  if (retryAfter !== null && /[^\x20-\x7e]/.test(retryAfter)) {
    throw new BadParameter('retry-after must be plain ASCII');
  }
  // No WWW-Authenticate beside 401: a browser would ask for a password instead of failing.
  answerText(exchange, status, `This address always answers ${status}.\n`, {
    'Content-Disposition': 'attachment',
    ...(retryAfter !== null && { 'Retry-After': retryAfter }),
  });
}

function readStatus(text = ''): number {
  if (!/^[2-5]\d\d$/.test(text)) throw new BadParameter(`"${text}" is no status from 200 to 599`);
  return Number(text);
}

function readRetryAfter({ query }: Exchange): string {
  const seconds = query.integer('seconds', 2, [0, 1_000_000]);
  return query.oneOf('form', 'seconds', ['seconds', 'date']) === 'date'
    ? new Date(Date.now() + seconds * 1000).toUTCString()
    : String(seconds);
}

function redirect(exchange: Exchange, to: string): void {
  const status = exchange.query.integer('status', 302, [300, 399]);
  if (!URL.canParse(to, exchange.url.href)) throw new BadParameter(`to is no address: "${to}"`);
  startAnswer(exchange, status, { Location: new URL(to, exchange.url.href).href });
  exchange.response.end();
}

/** A healthy address on the same origin, or on another one that is this server too. */
function elsewhere({ url, query }: Exchange): string {
  const to = new URL('/ok', url);
  if (query.oneOf('to', 'same', ['same', 'cross']) === 'cross') {
    to.hostname = url.hostname === 'localhost' ? '127.0.0.1' : 'localhost';
  }
  return to.href;
}
