/** What of the journal lives in session storage: the background writes it, pages read it. */
import * as v from 'valibot';
import { sessionValue } from '../session.ts';
import type { JournalHealth } from './journal.ts';

/** Failures of private windows. */
export const hiddenFailures = sessionValue('hidden-failures');
/** Failures that could not be written to disk. */
export const unsavedFailures = sessionValue('unsaved-failures');

const health = sessionValue('journal-health');

export const Health: v.GenericSchema<unknown, JournalHealth> = v.variant('state', [
  v.object({ state: v.literal('fine') }),
  v.object({
    state: v.literal('broken'),
    cause: v.picklist(['newer', 'full', 'damaged']),
    message: v.string(),
  }),
]);

export const journalHealth = {
  async read(): Promise<JournalHealth> {
    const parsed = v.safeParse(Health, await health.read());
    return parsed.success ? parsed.output : { state: 'fine' };
  },
  write: (value: JournalHealth): Promise<void> => health.write(value),
};
