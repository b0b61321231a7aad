/** What of the journal lives in session storage: the background writes it, pages read it. */
import { sessionValue } from '../named-value.ts';
import { oneOf, type Parser, parsed, string, variant } from '../parse.ts';
import type { JournalHealth } from './health.ts';

/** Failures of private windows. */
export const hiddenFailures = sessionValue('hidden-failures');
/** Failures that could not be written to disk. */
export const unsavedFailures = sessionValue('unsaved-failures');
/** The last round that was closed and that the disk knows nothing of. */
export const closedRound = sessionValue('closed-round');

const health = sessionValue('journal-health');

export const parseHealth: Parser<JournalHealth> = variant('state', {
  fine: {},
  broken: { cause: oneOf('newer', 'full', 'damaged'), message: string },
});

export const journalHealth = {
  read: async (): Promise<JournalHealth> => parsed(parseHealth, await health.read()) ?? { state: 'fine' },
  write: (value: JournalHealth): Promise<void> => health.write(value),
};
