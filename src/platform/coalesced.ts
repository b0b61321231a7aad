/**
 * Returns a function that runs `work`. However often it is called during a run, `work` runs only once more: that run
 * answers all those calls. Settles as the last run does.
 */
export function coalesced(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let again = false;

  async function workOn(): Promise<void> {
    try {
      while (again) {
        again = false;
        await work().catch((error: unknown) => {
          // If there is another run, only how that one ends counts.
          if (!again) throw error;
        });
      }
    } finally {
      // Right away, because the next call has to start a new run.
      running = undefined;
    }
  }

  return () => {
    again = true;
    running ??= workOn();
    return running;
  };
}
