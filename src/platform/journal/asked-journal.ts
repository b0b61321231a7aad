/** The journal as pages in private windows of Firefox read it, which have no database: they ask the background. */
import type { Failure } from '../../domain/failure.ts';
import { send } from '../messages.ts';
import { boolean, list, map, nullable, number, object } from '../parse.ts';
import type { Stretch } from './history-reader.ts';
import type { Limits, OpenFailures } from './open-failures.ts';
import { parseHealth } from './session-values.ts';
import { parseFailure } from './stored-failure.ts';
import { parseCounts } from './stored-reader.ts';

const parseFailures = list(parseFailure);
const parseOpen = object({
  health: parseHealth,
  counts: parseCounts,
  failures: map(parseFailures),
  standard: number,
});
const parseStretch = object({
  health: parseHealth,
  readable: boolean,
  failures: parseFailures,
  next: nullable(number),
});

export const askOpenFailures = async (limits: Limits): Promise<OpenFailures> =>
  parseOpen(await send({ command: 'read-open-failures', limits }));

export const askFailures = async (ids: readonly string[]): Promise<Failure[]> =>
  parseFailures(await send({ command: 'read-failures', ids: [...ids] }));

export const askStretch = async (from: number | null, limit: number): Promise<Stretch> =>
  parseStretch(await send({ command: 'read-history', from, limit }));
