import { describe, expect, it } from 'vitest';
import { chromeQuirks, createSentPages } from '../../../src/platform/chrome-downloads.ts';
import { createDownloads } from '../../../src/platform/downloads.ts';
import { FakeDownloads } from '../../fakes/downloads.ts';

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

  it('is known of an item also if it is told while that is looked for', async () => {
    const pages = sentPages();
    const fake = new FakeDownloads('chrome');
    fake.complete(fake.begin());
    const { search } = fake;
    fake.search = async (query) => {
      // So that all else that was asked at the same time is known by then.
      await new Promise((resolve) => setTimeout(resolve));
      void pages.note(1, renamed('text/html'));
      return search.call(fake, query);
    };
    const downloads = createDownloads(fake, fake.ownId, chromeQuirks(pages));
    expect((await downloads.find(1))?.sentType).toBe('text/html');
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
