import { searchable } from '../../../src/domain/search.ts';
import { type Entry, entryOf } from '../../../src/history/entry.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';

const usual = entryOf(
  failureWith({ failedAt: 0, attempts: [failedAttempt({ bytesReceived: 0, totalBytes: null })] }),
);

/** An entry, made from what matters in a test. */
export function entry(fields: Partial<Entry> & { id: string }): Entry {
  const { name = `${fields.id}.zip`, host = 'host.example' } = fields;
  const searched = searchable(`${name}\n${host}\nhttps://${host}/path/${name}`);
  return { ...usual, searched, ...fields, name, host };
}

export const ids = (entries: readonly { id: string }[]): string => entries.map(({ id }) => id).join(' ');
