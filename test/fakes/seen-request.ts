import type { SeenRequest } from '../../src/domain/evidence.ts';

/** A request of one step. */
export const seenRequest = ({
  url,
  method = 'GET',
  ...others
}: { url: string; method?: string } & Partial<SeenRequest>): SeenRequest => ({
  id: crypto.randomUUID(),
  steps: [{ url, method }],
  at: 0,
  endedAt: null,
  status: 200,
  error: null,
  type: null,
  length: null,
  waitUntil: null,
  offline: false,
  incognito: false,
  ...others,
});
