/** Whether the journal on disk can be read and written, and if not, why. */
import * as v from 'valibot';

export const healthSchema = v.variant('state', [
  v.object({ state: v.literal('fine') }),
  v.object({
    state: v.literal('broken'),
    /** Made by a newer version of the extension, no space left, or anything else. */
    cause: v.picklist(['newer', 'full', 'damaged']),
    /** The browser's own message. */
    message: v.string(),
  }),
]);
export type JournalHealth = v.InferOutput<typeof healthSchema>;

/**
 * The health of the journal on disk after an error; `before` is what it was until then. Both browsers report a full
 * disk with errors that also fit a damaged database, and a person who thinks it damaged may delete it: so we call it
 * damaged only if the disk has room.
 */
export async function healthAfter(
  error: unknown,
  before: JournalHealth,
  hasRoom: () => Promise<boolean> = diskHasRoom,
): Promise<JournalHealth> {
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
  if (name === 'VersionError') return { state: 'broken', cause: 'newer', message };
  // Errors after a full disk are its consequence, until something is written or the browser restarts.
  if (before.state === 'broken' && before.cause === 'full') return before;
  const isFull = name === 'QuotaExceededError' || !(await hasRoom());
  return { state: 'broken', cause: isFull ? 'full' : 'damaged', message };
}

/** More than the journal needs to write a few records. */
const TRIAL_BYTES = 1_000_000;

/** Whether a file beside the database can be written. */
async function diskHasRoom(): Promise<boolean> {
  const name = crypto.randomUUID();
  try {
    const folder = await navigator.storage.getDirectory();
    try {
      const file = await (await folder.getFileHandle(name, { create: true })).createWritable();
      await file.write(new Uint8Array(TRIAL_BYTES));
      await file.close();
    } finally {
      await folder.removeEntry(name).catch(() => undefined);
    }
    return true;
  } catch {
    return false;
  }
}
