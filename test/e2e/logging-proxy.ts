import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { Target } from '../../src/platform/target.ts';
import type { LaunchOptions } from '../../tools/launch.ts';
import { listenOnLoopback } from '../faults/loopback.ts';

/** A proxy through which a browser sends all that leaves it. Only requests to this machine get further. */
export interface LoggingProxy {
  /** The addresses that were asked for, oldest first; of encrypted connections `host:port`. */
  readonly asked: readonly string[];
  close(): Promise<void>;
  /** What makes a browser use it for everything, this machine's own addresses as well. */
  launchOptions(target: Target): LaunchOptions;
}

export async function startLoggingProxy(): Promise<LoggingProxy> {
  const asked: string[] = [];

  function pass(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { url = '', method, headers } = incoming;
    asked.push(url);
    if (!URL.canParse(url) || new URL(url).hostname !== '127.0.0.1') {
      outgoing.writeHead(502).end();
      return;
    }
    const onward = request(url, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on('error', () => outgoing.destroy()).pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  }

  const listener = await listenOnLoopback(() =>
    createServer(pass).on('connect', ({ url = '' }: IncomingMessage, socket) => {
      asked.push(url);
      // The browser may be gone by now.
      socket.on('error', () => socket.destroy());
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    }),
  );
  return {
    asked,
    close: () => listener.close(),
    launchOptions(target) {
      if (target === 'chrome') {
        return {
          args: [`--proxy-server=http://127.0.0.1:${listener.port}`, '--proxy-bypass-list=<-loopback>'],
        };
      }
      return {
        firefoxPrefs: {
          'network.proxy.type': 1,
          'network.proxy.http': '127.0.0.1',
          'network.proxy.http_port': listener.port,
          'network.proxy.ssl': '127.0.0.1',
          'network.proxy.ssl_port': listener.port,
          'network.proxy.allow_hijacking_localhost': true,
          'network.proxy.failover_direct': false,
        },
      };
    },
  };
}
