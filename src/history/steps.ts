/** Some 10 ms of work for the page, after a longer wait for the disk. */
export const STEP = 500;

/** What is done to many is done in steps, between which the page can do other things. */
export function* stepsOf(ids: readonly string[], size = STEP): Generator<string[]> {
  for (let done = 0; done < ids.length; done += size) yield ids.slice(done, done + size);
}
