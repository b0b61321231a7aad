/** How long (ms) the page may be blocked. */
const PAUSE_AFTER = 20;

/** Joins any number of parts into a blob without blocking the page. */
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
