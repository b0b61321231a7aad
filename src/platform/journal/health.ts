/** Whether the record on disk can be read and written, and if not, why. */
export type JournalHealth =
  | { state: 'fine' }
  | {
      state: 'broken';
      /** Made by a newer version of the extension, no space left, or anything else. */
      cause: 'newer' | 'full' | 'damaged';
      /** The browser's own word. */
      message: string;
    };

export function healthOf(error: unknown): JournalHealth {
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
  const cause = name === 'VersionError' ? 'newer' : name === 'QuotaExceededError' ? 'full' : 'damaged';
  return { state: 'broken', cause, message };
}
