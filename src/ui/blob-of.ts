/** How long (ms) the page may stand still. */
const PAUSE_AFTER = 20;

/** The content of a file from its parts, however many: the page goes on living while they are made. */
export async function blobOf(parts: Iterable<string> | AsyncIterable<string>, type: string): Promise<Blob> {
  const done: Blob[] = [];
  let pending: string[] = [];
  let pausedAt = performance.now();
  for await (const part of parts) {
    pending.push(part);
    if (performance.now() - pausedAt < PAUSE_AFTER) continue;
    done.push(new Blob(pending));
    pending = [];
    await new Promise((resolve) => setTimeout(resolve));
    pausedAt = performance.now();
  }
  return new Blob([...done, ...pending], { type });
}
