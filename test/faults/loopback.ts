import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** Servers that listen on one port of every loopback address, and nowhere else. */
export interface LoopbackListener {
  readonly port: number;
  /** Closes the port and every connection at once, in use or not. */
  close(): Promise<void>;
}

const ATTEMPTS = 20;

/** Listens on 127.0.0.1 and, where there is IPv6, on ::1, since `localhost` may mean either. Port 0 is any. */
export async function listenOnLoopback(create: () => Server, port = 0): Promise<LoopbackListener> {
  for (let attempt = 1; ; attempt += 1) {
    const v4 = await listen(create(), port, '127.0.0.1');
    try {
      const v6 = await listen(create(), v4.port, '::1');
      return { port: v4.port, close: () => Promise.all([v4.close(), v6.close()]).then(() => undefined) };
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') return v4;
      await v4.close();
      // A port that is free on one address can be taken on the other: then any other port will do.
      if (code !== 'EADDRINUSE' || port !== 0 || attempt === ATTEMPTS) throw error;
    }
  }
}

/** A loopback port that nobody listens on: it was free a moment ago. */
export async function unusedPort(): Promise<number> {
  const listener = await listenOnLoopback(() => createServer());
  await listener.close();
  return listener.port;
}

async function listen(server: Server, port: number, host: string): Promise<LoopbackListener> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen({ port, host, exclusive: true });
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => closeServer(server, sockets) };
}

async function closeServer(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const socket of sockets) socket.destroy();
  await closed;
}
