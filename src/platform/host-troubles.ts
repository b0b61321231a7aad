/** The hosts that fail again and again, in session storage: hosts of private windows are among them. */
import * as v from 'valibot';
import type { Troubles } from '../domain/host-trouble.ts';
import { sessionValue } from './session.ts';

const stored = sessionValue('host-troubles');

const StoredTroubles = v.record(v.string(), v.object({ failures: v.number(), openUntil: v.number() }));

export const hostTroubles = {
  async read(): Promise<Troubles> {
    const troubles = v.safeParse(StoredTroubles, await stored.read());
    return troubles.success ? troubles.output : {};
  },
  write: (troubles: Troubles): Promise<void> => stored.write(troubles),
};
