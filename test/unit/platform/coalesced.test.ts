import { describe, expect, it } from 'vitest';
import { coalesced } from '../../../src/platform/coalesced.ts';

/** Work whose runs the test ends itself. */
function manualWork() {
  const runs: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const work = coalesced(() => new Promise<void>((resolve, reject) => runs.push({ resolve, reject })));
  return { runs, work };
}

describe('coalesced work', () => {
  it('runs once more for all calls that came while it ran', async () => {
    const { runs, work } = manualWork();
    const calls = [work(), work(), work()];
    runs[0]?.resolve();
    await expect.poll(() => runs.length).toBe(2);
    runs[1]?.resolve();
    await Promise.all(calls);
    expect(runs).toHaveLength(2);
  });

  it('also runs again for a call that came while it was failing', async () => {
    const { runs, work } = manualWork();
    const first = work();
    const second = work();
    runs[0]?.reject(new Error('The first run failed.'));
    await expect.poll(() => runs.length).toBe(2);
    runs[1]?.resolve();
    await Promise.all([first, second]);
  });

  it('rejects when nobody asked again, and starts anew with the next call', async () => {
    const { runs, work } = manualWork();
    const failing = work();
    runs[0]?.reject(new Error('It failed.'));
    await expect(failing).rejects.toThrow('It failed.');
    const next = work();
    runs[1]?.resolve();
    await next;
  });
});
