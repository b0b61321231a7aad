import type { ServerAnswer } from '../../src/domain/server-answer.ts';

/** The answer to a request of one step. */
export const answerWith = ({
  url,
  method = 'GET',
  ...others
}: { url: string; method?: string } & Partial<ServerAnswer>): ServerAnswer => ({
  steps: [{ url, method }],
  at: 0,
  waitUntil: null,
  incognito: false,
  ...others,
});
