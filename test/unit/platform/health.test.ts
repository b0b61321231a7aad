import { afterEach, describe, expect, it, vi } from 'vitest';
import { healthAfter, type JournalHealth } from '../../../src/platform/journal/health.ts';

const fine: JournalHealth = { state: 'fine' };
const full: JournalHealth = { state: 'broken', cause: 'full', message: 'No space.' };
const damaged: JournalHealth = { state: 'broken', cause: 'damaged', message: 'Broken.' };
const room = async (): Promise<boolean> => true;
const noRoom = async (): Promise<boolean> => false;

describe('the health of the journal after an error', () => {
  it('tells of a newer version, also on a full disk', async () => {
    const error = new DOMException('The requested version is less.', 'VersionError');
    const newer = { state: 'broken', cause: 'newer', message: 'The requested version is less.' };
    expect(await healthAfter(error, fine, room)).toEqual(newer);
    expect(await healthAfter(error, full, noRoom)).toEqual(newer);
  });

  it('tells of a full disk if the browser does, and asks nobody else', async () => {
    const asked = vi.fn(room);
    const error = new DOMException('Too much.', 'QuotaExceededError');
    expect(await healthAfter(error, fine, asked)).toEqual({
      state: 'broken',
      cause: 'full',
      message: 'Too much.',
    });
    expect(asked).not.toHaveBeenCalled();
  });

  it('tells of a full disk or a damaged record by whether there is room', async () => {
    const error = new DOMException('Internal error.', 'UnknownError');
    const broken = { state: 'broken', message: 'Internal error.' };
    expect(await healthAfter(error, fine, noRoom)).toEqual({ ...broken, cause: 'full' });
    expect(await healthAfter(error, fine, room)).toEqual({ ...broken, cause: 'damaged' });
    expect(await healthAfter(error, damaged, noRoom)).toEqual({ ...broken, cause: 'full' });
  });

  it('stays that of a full disk, whatever fails next', async () => {
    expect(await healthAfter(new Error('Closing.'), full, room)).toBe(full);
  });

  it('has a message also of what is no error', async () => {
    expect(await healthAfter('gone', fine, room)).toEqual({
      state: 'broken',
      cause: 'damaged',
      message: 'gone',
    });
  });
});

describe('the room on the disk', () => {
  afterEach(() => vi.unstubAllGlobals());

  /** A folder for files beside the journal, on a disk with room for so many bytes. */
  function folderOn(bytes: number) {
    const files = new Map<string, number>();
    const folder = {
      async getFileHandle(name: string, { create = false } = {}) {
        if (!files.has(name) && !create) throw new DOMException('There is none.', 'NotFoundError');
        files.set(name, 0);
        let written = 0;
        return {
          createWritable: async () => ({
            async write(data: Uint8Array) {
              written += data.length;
            },
            async close() {
              if (written > bytes) throw new DOMException('No space.', 'QuotaExceededError');
              files.set(name, written);
            },
          }),
        };
      },
      removeEntry: async (name: string) => void files.delete(name),
    };
    vi.stubGlobal('navigator', { storage: { getDirectory: async () => folder } });
    return { files, folder };
  }

  const vague = new DOMException('Internal error.', 'UnknownError');

  it.each([
    ['is none where no file of some size can be written', 100_000, 'full'],
    ['is there where one can', 2_000_000, 'damaged'],
  ])('%s, and nothing of the trial is left', async (_what, bytes, cause) => {
    const { files } = folderOn(bytes);
    expect(await healthAfter(vague, fine)).toMatchObject({ cause });
    expect([...files]).toEqual([]);
  });

  it('is there also if the file of the trial can not be taken away', async () => {
    const { folder } = folderOn(2_000_000);
    folder.removeEntry = async () => {
      throw new DOMException('In use.', 'NoModificationAllowedError');
    };
    expect(await healthAfter(vague, fine)).toMatchObject({ cause: 'damaged' });
  });

  it('counts as none where no folder is given', async () => {
    vi.stubGlobal('navigator', { storage: {} });
    expect(await healthAfter(vague, fine)).toMatchObject({ cause: 'full' });
  });
});
