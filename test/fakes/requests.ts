/** A browser whose requests an extension hears of, with the quirks of each of the two. */
type Listener = (details: object) => void;

/** A request as a test tells it. */
export interface FakeRequest {
  url: string;
  method?: string;
  type?: string;
  tabId?: number;
  incognito?: boolean;
  /** The page that made it. */
  page?: string;
}

interface FakeTab {
  url?: string;
  incognito?: boolean;
  openerTabId?: number;
}

class FakeEvent {
  readonly listeners = new Set<Listener>();
  addListener(listener: Listener): void {
    this.listeners.add(listener);
  }
  hasListener(listener: Listener): boolean {
    return this.listeners.has(listener);
  }
}

export class FakeRequests {
  /** Numbers of requests go on over the lives of the background. */
  #last = 0;
  /** Whether the person lets requests be seen. */
  allowed = true;
  /** Whether the extension may see private windows. */
  privateAllowed = true;
  readonly tabs = new Map<number, FakeTab>();
  readonly session = new Map<string, unknown>();
  /** How often something was written there. */
  writes = 0;
  #events = this.#makeEvents();
  #added = new FakeEvent();
  #removed = new FakeEvent();

  readonly kind: 'chrome' | 'firefox';

  constructor(kind: 'chrome' | 'firefox') {
    this.kind = kind;
  }

  #makeEvents() {
    return {
      onHeadersReceived: new FakeEvent(),
      onCompleted: new FakeEvent(),
      onErrorOccurred: new FakeEvent(),
    };
  }

  /** The parts of `browser` that evidence needs. */
  readonly browser = (() => {
    const fake = this;
    return {
      get webRequest() {
        return fake.allowed ? fake.#events : undefined;
      },
      permissions: {
        get onAdded() {
          return fake.#added;
        },
        get onRemoved() {
          return fake.#removed;
        },
        contains: async () => fake.allowed,
      },
      extension: { isAllowedIncognitoAccess: async () => fake.privateAllowed },
      tabs: {
        async get(id: number) {
          const tab = fake.tabs.get(id);
          if (!tab) throw new Error(`No tab with id: ${id}.`);
          return { incognito: false, ...tab };
        },
      },
      storage: {
        session: {
          get: async (name: string) => structuredClone({ [name]: fake.session.get(name) }),
          async set(values: object) {
            fake.writes += 1;
            for (const [name, value] of Object.entries(values))
              fake.session.set(name, structuredClone(value));
          },
        },
        get local(): never {
          throw new Error('Nothing of a request may be on disk.');
        },
      },
    };
  })();

  /** The background has died. A new one adds its listeners again. */
  forgetListeners(): void {
    this.#events = this.#makeEvents();
    this.#added = new FakeEvent();
    this.#removed = new FakeEvent();
  }

  /** The person takes the permission back, with which Firefox forgets the listeners. */
  forbid(): void {
    this.allowed = false;
    if (this.kind === 'firefox') this.#events = this.#makeEvents();
    for (const listener of this.#removed.listeners) listener({});
  }

  /** The person allows it again. */
  allow(): void {
    this.allowed = true;
    for (const listener of this.#added.listeners) listener({});
  }

  /** A request of a page in a tab. What it tells comes when the returned methods are called. */
  begin({ url, method = 'GET', type = 'main_frame', tabId = 1, incognito = false, page }: FakeRequest) {
    this.#last += 1;
    const id = String(this.#last);
    const address = { now: url, method };
    const tell = (event: FakeEvent, more: object): void => {
      if (!this.allowed) return;
      const { kind } = this;
      const details = {
        requestId: id,
        url: address.now,
        method: address.method,
        type,
        tabId,
        timeStamp: Date.now(),
        // Chrome tells only the origin, and nothing of private windows and containers.
        ...(kind === 'chrome'
          ? { documentLifecycle: 'active', ...(page !== undefined && { initiator: new URL(page).origin }) }
          : { incognito, cookieStoreId: 'firefox-default', originUrl: page }),
        ...more,
      };
      for (const listener of event.listeners) listener(details);
    };
    const request = {
      /** The server answers. */
      answer(statusCode: number, headers: Record<string, string> = {}) {
        const responseHeaders = Object.entries(headers).map(([name, value]) => ({ name, value }));
        tell(events().onHeadersReceived, { statusCode, responseHeaders });
        return request;
      },
      /** The server sends the browser on, with the same number. */
      redirect(to: string) {
        request.answer(302, { Location: to });
        Object.assign(address, { now: to, method: 'GET' });
        return request;
      },
      complete(statusCode = 200) {
        tell(events().onCompleted, { statusCode });
      },
      fail(error: string) {
        tell(events().onErrorOccurred, { error });
      },
    };
    const events = () => this.#events;
    return request;
  }
}
