import * as v from 'valibot';
import { sessionValue } from './named-value.ts';

let session: Promise<string> | undefined;

/** An id for this browser session, beyond which Firefox's download ids mean nothing. */
export function currentSession(): Promise<string> {
  session ??= readOrMake().catch((error: unknown) => {
    session = undefined;
    throw error;
  });
  return session;
}

async function readOrMake(): Promise<string> {
  const value = sessionValue('session', v.nullable(v.string()), null);
  const stored = await value.read();
  if (stored !== null) return stored;
  const made = crypto.randomUUID();
  await value.write(made);
  return made;
}
