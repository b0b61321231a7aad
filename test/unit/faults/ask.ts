import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';

export interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly sha256: string;
  /** The code of the error that cut the answer off, such as ECONNRESET; null if it came whole. */
  readonly broken: string | null;
}

interface Question {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
}

/** Asks as plainly as HTTP allows: no redirects followed, no retries, and half an answer is an answer. */
export async function ask(
  url: string,
  { method = 'GET', headers = {}, body: sent }: Question = {},
): Promise<Answer> {
  const outgoing = request(url, { method, headers, agent: false });
  // A reset after the head is told twice: by the answer, where it is read below, and here.
  outgoing.on('error', () => {});
  outgoing.end(sent);
  const pieces: Buffer[] = [];
  let incoming: IncomingMessage | undefined;
  let broken: string | null = null;
  try {
    [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    for await (const piece of incoming) pieces.push(piece);
  } catch (error) {
    broken = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
  const body = Buffer.concat(pieces);
  const sha256 = createHash('sha256').update(body).digest('hex');
  return { status: incoming?.statusCode, headers: incoming?.headers ?? {}, body, sha256, broken };
}
