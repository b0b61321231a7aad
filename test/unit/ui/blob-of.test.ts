import { describe, expect, it } from 'vitest';
import { blobOf } from '../../../src/ui/blob-of.ts';

function* slowParts(count: number, ms: number): Generator<string> {
  for (let part = 0; part < count; part += 1) {
    const end = performance.now() + ms;
    while (performance.now() < end);
    yield `${part} ü\n`;
  }
}

describe('the content of a file', () => {
  it('is its parts, one after the other', async () => {
    const blob = await blobOf(slowParts(30, 3), 'text/csv');
    expect(await blob.text()).toBe([...slowParts(30, 0)].join(''));
    expect(blob.type).toBe('text/csv');
  });

  it('lets the page live while it is made', async () => {
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    await blobOf(slowParts(50, 4), '');
    clearInterval(timer);
    expect(turns).toBeGreaterThan(3);
  });
});
