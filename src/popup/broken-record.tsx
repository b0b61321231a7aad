import { useState } from 'preact/hooks';
import { visibleText } from '../domain/file-name.ts';
import { text } from '../platform/i18n.ts';
import { readRaw } from '../platform/journal/database.ts';
import type { JournalHealth } from '../platform/journal/health.ts';
import { send } from '../platform/messages.ts';
import { Button } from '../ui/button.tsx';
import { saveFile } from '../ui/save-file.ts';
import { say } from '../ui/say.ts';

/** Says that failures can't be saved, and lets the person save a copy or start over. */
export function BrokenRecord({ cause, message }: Extract<JournalHealth, { state: 'broken' }>) {
  const [pressed, setPressed] = useState(false);
  // On a full disk the record is whole, and there again once it has room.
  const mayReset = cause !== 'full';
  const asking = pressed && mayReset;
  const [unreadable, setUnreadable] = useState(false);
  const [resetting, setResetting] = useState(false);
  const [resetError, setResetError] = useState<string>();

  async function save(): Promise<void> {
    setUnreadable(false);
    try {
      saveFile('download-failures.json', JSON.stringify(await readRaw(), null, 2), 'application/json');
    } catch {
      setUnreadable(true);
    }
  }

  function ask(): void {
    setPressed(true);
    say(text('reset_record_sure'));
  }

  async function reset(): Promise<void> {
    setResetting(true);
    setResetError(undefined);
    try {
      await send({ command: 'reset-journal' });
      setPressed(false);
    } catch (error) {
      setResetError(error instanceof Error ? error.message : String(error));
    }
    setResetting(false);
  }

  return (
    <section class="notice">
      <p role="alert">{text(`broken_${cause}`)}</p>
      <p class="notice-detail">{text('broken_message', visibleText(message))}</p>
      {unreadable && <p>{text('save_record_failed')}</p>}
      {resetError !== undefined && <p role="alert">{text('reset_record_failed', visibleText(resetError))}</p>}
      {asking && <p>{text('reset_record_sure')}</p>}
      <div class="notice-buttons">
        {/* "Cancel" comes where "Start over" was and keeps its focus, so that a second press does no harm. */}
        {asking ? (
          <>
            <Button
              action="confirm-reset"
              look="danger"
              label={text('reset_record_confirm')}
              disabled={resetting}
              onClick={() => void reset()}
            />
            <Button action="cancel-reset" label={text('cancel')} onClick={() => setPressed(false)} />
          </>
        ) : (
          <>
            <Button action="save-record" label={text('save_record')} onClick={() => void save()} />
            {mayReset && <Button action="reset-record" label={text('reset_record')} onClick={ask} />}
          </>
        )}
      </div>
    </section>
  );
}
