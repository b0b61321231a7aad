import * as v from 'valibot';
import { failureSchema } from '../../domain/failure.ts';
import { sessionValue } from '../named-value.ts';
import { healthSchema, type JournalHealth } from './health.ts';

const failures = v.array(failureSchema);

/** What of the journal is in session storage: the background writes it, and pages read it. */
export const inSession = {
  /** Failures of private windows. */
  private: sessionValue('private-failures', failures, []),
  /** Failures that could not be written to disk. */
  unsaved: sessionValue('unsaved-failures', failures, []),
  health: sessionValue<JournalHealth>('journal-health', healthSchema, { state: 'fine' }),
  /** The last round that the person closed and that could not be noted on disk: it was private, or the disk broken. */
  closedRound: sessionValue('closed-round', v.nullable(v.number()), null),
  /** Private downloads that started before this time (ms since the epoch) need no further look; null before the first. */
  privateSettledBefore: sessionValue('private-settled-before', v.nullable(v.number()), null),
};
