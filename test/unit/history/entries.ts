import { searchable } from '../../../src/domain/search.ts';
import type { Entry } from '../../../src/history/entry.ts';

/** An entry, made from what matters in a test. */
export function entry(fields: Partial<Entry> & { id: string }): Entry {
  const { name = `${fields.id}.zip`, host = 'host.example' } = fields;
  return {
    failedAt: 0,
    browser: 'chrome',
    reason: 'NETWORK_FAILED',
    category: 'network',
    status: 'failed',
    incognito: false,
    size: null,
    searched: searchable(`${name}\n${host}\nhttps://${host}/path/${name}`),
    ...fields,
    name,
    host,
  };
}

export const ids = (entries: readonly { id: string }[]): string => entries.map(({ id }) => id).join(' ');
