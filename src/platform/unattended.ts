/** Lets work run without anybody waiting for it; errors are logged. */
export function unattended(work: Promise<unknown>): void {
  work.catch(console.error);
}
