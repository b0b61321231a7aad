import { describe, expect, it } from 'vitest';
import { createSentPages } from '../../../src/platform/chrome-downloads.ts';

/** What is kept in session storage, and who reads it. */
function sentPages(stored: { value: number[] } = { value: [] }) {
  return createSentPages({
    read: async () => stored.value,
    write: async (value) => {
      stored.value = value;
    },
  });
}

const renamed = (previous: string) => ({ id: 1, mime: { previous, current: 'application/zip' } });

describe('the type that Chrome tells once', () => {
  it('is known as soon as it was told, and in the next background', async () => {
    const stored = { value: [] };
    const pages = sentPages(stored);
    void pages.note(1, renamed('text/html; charset=utf-8'));
    expect([...(await pages.read())]).toEqual([1]);
    expect([...(await sentPages(stored).read())]).toEqual([1]);
  });

  it('is kept of pages only', async () => {
    const stored = { value: [] };
    const pages = sentPages(stored);
    await pages.note(1, renamed('application/octet-stream'));
    await pages.note(2, { id: 2, state: { previous: 'in_progress', current: 'complete' } });
    expect(stored.value).toEqual([]);
  });

  it('is forgotten with its item, as another can have its id', async () => {
    const pages = sentPages();
    await pages.note(1, renamed('text/html'));
    await pages.forget(1);
    expect([...(await pages.read())]).toEqual([]);
  });
});
