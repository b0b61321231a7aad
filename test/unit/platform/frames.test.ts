import { beforeEach, describe, expect, it, vi } from 'vitest';
import { serveFrames } from '../../../src/platform/frames.ts';

const { listeners } = vi.hoisted(() => ({ listeners: [] as ((message: unknown) => unknown)[] }));

vi.mock('../../../src/platform/browser.ts', () => ({
  default: {
    runtime: { onMessage: { addListener: (listener: (typeof listeners)[0]) => listeners.push(listener) } },
  },
}));

/** As much of a document as frames need. */
class FakeDocument {
  frames: { src: string; dataset: { url?: string } }[] = [];
  body = { append: (frame: FakeDocument['frames'][0]) => this.frames.push(frame) };
  querySelectorAll = () => [...this.frames];
  createElement() {
    const frame = {
      src: '',
      dataset: {},
      setAttribute: () => {},
      remove: () => {
        this.frames = this.frames.filter((one) => one !== frame);
      },
    };
    return frame;
  }
}

describe('the document of the frames', () => {
  let document: FakeDocument;
  const tell = (message: unknown): unknown[] => listeners.map((listener) => listener(message));
  const asked = (): string[] => document.frames.map(({ src }) => src);

  beforeEach(() => {
    listeners.length = 0;
    document = new FakeDocument();
    vi.stubGlobal('document', document);
    serveFrames();
  });

  it('opens what it is told, and keeps as many frames of an address as are still wanted', () => {
    for (const url of ['https://a.example/1', 'https://a.example/1', 'https://a.example/2'])
      tell({ frames: 'open', url });
    expect(asked()).toEqual(['https://a.example/1', 'https://a.example/1', 'https://a.example/2']);
    tell({ frames: 'keep', urls: ['https://a.example/1'] });
    expect(asked()).toEqual(['https://a.example/1']);
  });

  it.each([
    ['what it is told', { frames: 'keep', urls: [] }],
    ['what a page asks of the background', { command: 'retry', id: 'a' }],
    ['what it does not know', { frames: 'close' }],
  ])('claims no answer to %s', (_what, message) => {
    expect(tell(message)).toEqual([undefined]);
  });
});
