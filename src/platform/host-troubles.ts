/** The hosts that fail again and again, in session storage: hosts of private windows are among them. */
import type { Troubles } from '../domain/host-trouble.ts';
import { sessionValue } from './named-value.ts';
import { number, object, parsed, record } from './parse.ts';

const stored = sessionValue('host-troubles');

const parseTroubles = record(object({ failures: number, openUntil: number }));

export const hostTroubles = {
  read: async (): Promise<Troubles> => parsed(parseTroubles, await stored.read()) ?? {},
  write: (troubles: Troubles): Promise<void> => stored.write(troubles),
};
