import { describe, expect, it, vi } from 'vitest';
import { type Handlers, onCommand } from '../../../src/platform/messages.ts';

type Listener = (message: unknown, sender: { id?: string }, respond: (reply: unknown) => void) => true;

const { listeners } = vi.hoisted(() => ({ listeners: [] as unknown[] }));

vi.mock('../../../src/platform/browser.ts', () => ({
  default: {
    runtime: { id: 'ours', onMessage: { addListener: (listener: unknown) => listeners.push(listener) } },
  },
}));

/** Sends a message to handlers that only note what they are asked for. Gives the reply and the notes. */
async function ask(message: unknown, sender: { id?: string }): Promise<{ reply: unknown; done: unknown[] }> {
  const done: unknown[] = [];
  const handlers = new Proxy({} as Handlers, {
    get: (_handlers, name) => async (says: unknown) => void done.push([name, says]),
  });
  listeners.length = 0;
  onCommand(handlers);
  vi.spyOn(console, 'error').mockReturnValue();
  const reply = await new Promise((resolve) => (listeners[0] as Listener)(message, sender, resolve));
  return { reply, done };
}

describe('a command', () => {
  it('is carried out for a page of ours', async () => {
    const { reply, done } = await ask({ command: 'delete', ids: ['a'] }, { id: 'ours' });
    expect(done).toEqual([['delete', { ids: ['a'] }]]);
    expect(reply).toEqual({ error: null, result: undefined });
  });

  it.each([
    ['another extension', { id: 'theirs' }],
    ['nobody known', {}],
  ])('is refused to %s', async (_whom, sender) => {
    const { reply, done } = await ask({ command: 'reset-journal' }, sender);
    expect(done).toEqual([]);
    expect(reply).toMatchObject({ error: expect.stringContaining('Not a command') });
  });

  it.each([
    ['an unknown one', { command: 'format-disk' }],
    ['a name that every object has', { command: 'constructor' }],
    ['one without what it needs', { command: 'retry' }],
    ['one with something else in its place', { command: 'delete', ids: 'everything' }],
    ['a word', 'reset-journal'],
    ['nothing', null],
  ])('is refused when it is %s', async (_what, message) => {
    const { reply, done } = await ask(message, { id: 'ours' });
    expect(done).toEqual([]);
    expect(reply).toMatchObject({ error: expect.any(String) });
  });
});
