import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { answerText, type Exchange, openExchange, startAnswer } from './exchange.ts';
import { FaultKeys } from './fault-keys.ts';
import { listenOnLoopback, unusedPort } from './loopback.ts';
import { faultPage } from './page.ts';
import { BadParameter } from './parameters.ts';
import { type InFlight, type LoggedRequest, RequestLog } from './request-log.ts';
import { ROUTES, SIGNED_IN } from './routes.ts';
import { sendFile } from './send-file.ts';

export type { Concurrency, InFlight, LoggedRequest } from './request-log.ts';

/** A running fault server. */
export interface FaultServer {
  /** `http://127.0.0.1:port` */
  readonly origin: string;
  /** `https://127.0.0.1:port`, with a certificate that no browser trusts. */
  readonly secureOrigin: string;
  /** An http address of this server; `host` may be `localhost` or any name under it, such as `host7.localhost`. */
  url(path: string, host?: string): string;
  /** An address that refuses the connection. */
  refusedUrl(path?: string): string;
  /** What was asked, oldest first, since the start or the last `reset()`; at most the newest 10,000. */
  readonly requests: readonly LoggedRequest[];
  /** Download requests open now, and the peak since the start or the last `reset()`. */
  readonly inFlight: InFlight;
  /** From now on every address with this `key` serves its file. */
  heal(key: string): void;
  /** From now on every address with this `key` that counts its failures fails each time. */
  breakAgain(key: string): void;
  /** Forgets the log, the peaks, and what every key has counted, healed or broken. */
  reset(): void;
  /** Stops at once; every connection is destroyed, hung ones too. */
  close(): Promise<void>;
}

const MAX_LOGGED_BODY = 64 * 1024; // bytes
/** Also addresses as long as Chromium allows get their answer. */
const MAX_HEADERS = 4 * 1024 * 1024; // bytes

/** Starts the server on loopback. `port` is the http port; 0, the default, is any. The https port is any. */
export async function startFaultServer({ port = 0 }: { port?: number } = {}): Promise<FaultServer> {
  const keys = new FaultKeys();
  const log = new RequestLog();
  const certificate = readFileSync(new URL('./self-signed.pem', import.meta.url));
  let visits = 0;

  /** The server's own pages: no downloads, so not counted as such. */
  const pages = new Map<string, (exchange: Exchange) => void>([
    // The list of faults; every visit gets links with fresh keys, so that a reload starts all over.
    ['', (exchange) => sendPage(exchange, `visit-${++visits}`)],
    // /heal?key=k and /break?key=k: the methods of the same names.
    ['heal', (exchange) => changeHealth(exchange, 'healed', (key) => keys.heal(key))],
    ['break', (exchange) => changeHealth(exchange, 'broken', (key) => keys.breakAgain(key))],
    // /sign-in and /sign-out: set and remove the cookie that /cookie-required wants, and go back to the list.
    ['sign-in', (exchange) => setCookie(exchange, `${SIGNED_IN}; Path=/`)],
    ['sign-out', (exchange) => setCookie(exchange, `${SIGNED_IN}; Path=/; Max-Age=0`)],
  ]);

  function sendPage(exchange: Exchange, visit: string): void {
    startAnswer(exchange, 200, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy':
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'self'",
    });
    exchange.response.end(faultPage({ ...server, origin: exchange.url.origin }, visit));
  }

  async function answer(scheme: 'http' | 'https', request: IncomingMessage, response: ServerResponse) {
    const exchange = openExchange(scheme, request, response, keys);
    if (exchange === null) return void response.writeHead(400).end('This is no address.\n');
    log.add(exchange.logged);
    const page = pages.get(exchange.route);
    const route = ROUTES.get(exchange.route);
    if (page === undefined && route !== undefined) {
      const release = log.open(exchange.logged.host);
      response.on('finish', release).on('close', release);
    }
    try {
      exchange.logged.body = await readBody(request);
      if (page !== undefined) return page(exchange);
      if (route === undefined)
        return answerText(exchange, 404, 'There is no such fault; the list is at /.\n');
      const methods = exchange.route === 'post' ? ['POST'] : ['GET', 'HEAD'];
      if (!methods.includes(exchange.logged.method)) {
        return answerText(exchange, 405, `Only ${methods.join(', ')} works.\n`, {
          Allow: methods.join(', '),
        });
      }
      await (keys.isHealed(exchange.key) ? sendFile(exchange) : route(exchange));
    } catch (error) {
      if (exchange.gone.aborted) return; // the client has left, or the server is closing
      if (response.headersSent) return void response.destroy();
      if (error instanceof BadParameter) return answerText(exchange, 400, `${error.message}\n`);
      answerText(exchange, 500, `The fault server itself failed: ${error}\n`);
    }
  }

  const listener = (scheme: 'http' | 'https'): RequestListener => {
    return (request, response) => void answer(scheme, request, response);
  };
  const plain = await listenOnLoopback(
    () => createServer({ maxHeaderSize: MAX_HEADERS }, listener('http')),
    port,
  );
  const secure = await listenOnLoopback(() =>
    createSecureServer({ key: certificate, cert: certificate }, listener('https')),
  );
  const refusedPort = await unusedPort();

  const server: FaultServer = {
    origin: `http://127.0.0.1:${plain.port}`,
    secureOrigin: `https://127.0.0.1:${secure.port}`,
    url: (path, host = '127.0.0.1') => `http://${host}:${plain.port}${path}`,
    refusedUrl: (path = '/refused.bin') => `http://127.0.0.1:${refusedPort}${path}`,
    get requests() {
      return log.entries;
    },
    get inFlight() {
      return log.inFlight;
    },
    heal: (key) => keys.heal(key),
    breakAgain: (key) => keys.breakAgain(key),
    reset() {
      log.clear();
      keys.forgetAll();
    },
    async close() {
      await Promise.all([plain.close(), secure.close()]);
    },
  };
  return server;
}

function changeHealth(exchange: Exchange, what: string, change: (key: string) => void): void {
  const key = exchange.query.text('key', '');
  if (key === '') throw new BadParameter('key is missing');
  change(key);
  answerText(exchange, 200, `${key} is ${what}.\n`);
}

function setCookie(exchange: Exchange, cookie: string): void {
  startAnswer(exchange, 303, { 'Set-Cookie': cookie, Location: '/' });
  exchange.response.end();
}

/** The body as text. What goes beyond the limit is read, so that the client can finish, and dropped. */
async function readBody(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let kept = 0; // bytes
  for await (const piece of request as AsyncIterable<Buffer>) {
    if (kept < MAX_LOGGED_BODY) pieces.push(piece.subarray(0, MAX_LOGGED_BODY - kept));
    kept += piece.length;
  }
  return Buffer.concat(pieces).toString();
}
