/** An error whose message is for a person to read and act on; it is shown without a stack. */
export class Problem extends Error {
  override readonly name = 'Problem';
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
