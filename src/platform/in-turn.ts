/** Does one piece of work after the other, each when those before it are done, however they ended. */
export type InTurn = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** Gives a queue of its own. */
export function createTurns(): InTurn {
  let queue: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = queue.then(work);
    queue = turn.catch(() => undefined);
    return turn;
  };
}

/**
 * Gives a function that does `work`, and once more if it is called meanwhile, however often: what was asked for before
 * a run began is answered by it. Settles as the last run does.
 */
export function coalesced(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let again = false;

  async function workOn(): Promise<void> {
    try {
      while (again) {
        again = false;
        await work().catch((error: unknown) => {
          // The next run may go well, and says so if it doesn't.
          if (!again) throw error;
        });
      }
    } finally {
      // At once: a call a moment later has to start anew.
      running = undefined;
    }
  }

  return () => {
    again = true;
    running ??= workOn();
    return running;
  };
}
