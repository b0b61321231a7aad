import browser from './browser.ts';

let session: Promise<string> | undefined;

/**
 * A name for this run of the browser. Session storage outlives the background and dies with the browser, which
 * is just the life of Firefox's download ids.
 */
export function currentSession(): Promise<string> {
  session ??= readOrMake().catch((error: unknown) => {
    session = undefined;
    throw error;
  });
  return session;
}

async function readOrMake(): Promise<string> {
  const { session: stored } = await browser.storage.session.get('session');
  if (typeof stored === 'string') return stored;
  const made = crypto.randomUUID();
  await browser.storage.session.set({ session: made });
  return made;
}
