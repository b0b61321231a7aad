/** The browser's session storage: it outlives the background, stays in memory, and is gone with the browser. */
import browser from './browser.ts';

/** A named value in session storage. */
export interface SessionValue {
  read(): Promise<unknown>;
  write(value: unknown): Promise<void>;
}

export function sessionValue(name: string): SessionValue {
  return {
    read: async () => (await browser.storage.session.get(name))[name],
    write: (value) => browser.storage.session.set({ [name]: value }),
  };
}

let session: Promise<string> | undefined;

/** A name for this run of the browser, which is the life of Firefox's download ids. */
export function currentSession(): Promise<string> {
  session ??= readOrMake().catch((error: unknown) => {
    session = undefined;
    throw error;
  });
  return session;
}

async function readOrMake(): Promise<string> {
  const value = sessionValue('session');
  const stored = await value.read();
  if (typeof stored === 'string') return stored;
  const made = crypto.randomUUID();
  await value.write(made);
  return made;
}
