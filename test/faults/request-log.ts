/** One request as the server saw it. */
export interface LoggedRequest {
  /** When it arrived, in milliseconds since 1970. */
  readonly time: number;
  readonly method: string;
  /** The Host header, without the port. */
  readonly host: string;
  /** Path and query, as sent. */
  readonly path: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
  readonly ifMatch: string | undefined;
  readonly referer: string | undefined;
  readonly cookie: string | undefined;
  /** The status answered; undefined until then, and for ever if the connection broke first. */
  readonly status: number | undefined;
  /** The request's body as text, cut at 64 KiB. */
  readonly body: string;
}

/** How many download requests are open, and the most that ever were at one time. */
export interface Concurrency {
  readonly open: number;
  readonly peak: number;
}

export interface InFlight extends Concurrency {
  /** The same for each host name. */
  readonly hosts: Readonly<Record<string, Concurrency>>;
}

export type Writable<T> = { -readonly [K in keyof T]: T[K] };

const LOG_LIMIT = 10_000; // requests

/** The newest requests and the count of those still open. */
export class RequestLog {
  readonly #entries: Writable<LoggedRequest>[] = [];
  readonly #total = { open: 0, peak: 0 };
  readonly #hosts = new Map<string, Writable<Concurrency>>();

  /** Oldest first; the oldest are dropped beyond 10,000. */
  get entries(): readonly LoggedRequest[] {
    return this.#entries;
  }

  get inFlight(): InFlight {
    const hosts = [...this.#hosts].map(([host, counts]) => [host, { ...counts }] as const);
    return { ...this.#total, hosts: Object.fromEntries(hosts) };
  }

  add(entry: Writable<LoggedRequest>): void {
    this.#entries.push(entry);
    if (this.#entries.length > LOG_LIMIT) this.#entries.shift();
  }

  /** Counts a download request as open until the function it returns is called; calling that twice is safe. */
  open(host: string): () => void {
    const counts = this.#hosts.get(host) ?? { open: 0, peak: 0 };
    this.#hosts.set(host, counts);
    for (const each of [this.#total, counts]) {
      each.open += 1;
      each.peak = Math.max(each.peak, each.open);
    }
    let isOpen = true;
    return () => {
      if (!isOpen) return;
      isOpen = false;
      for (const each of [this.#total, counts]) each.open -= 1;
    };
  }

  /** Forgets the log and the peaks. What is open stays counted, as it is still open. */
  clear(): void {
    this.#entries.length = 0;
    this.#total.peak = this.#total.open;
    for (const [host, counts] of this.#hosts) {
      if (counts.open === 0) this.#hosts.delete(host);
      else counts.peak = counts.open;
    }
  }
}
