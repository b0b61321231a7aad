/** Lets a piece of work go on with nobody waiting for it; that it failed is reported. */
export function unattended(work: Promise<unknown>): void {
  work.catch(console.error);
}
