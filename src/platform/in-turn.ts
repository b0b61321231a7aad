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
