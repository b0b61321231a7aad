import { useState } from 'preact/hooks';
import { visibleText } from '../domain/file-name.ts';
import { text } from '../platform/i18n.ts';
import { readRaw } from '../platform/journal/database.ts';
import type { JournalHealth } from '../platform/journal/health.ts';
import { send } from '../platform/messages.ts';
import { Button } from '../ui/button.tsx';
import { saveFile } from '../ui/save-file.ts';
import { say } from '../ui/say.ts';

/** Says that failures can't be written down, and lets the person save what is there or begin anew. */
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
        {/* "Cancel" takes the place of the button that asks, and so the focus: a second press destroys nothing. */}
        {asking ? (
          <>
            <Button
              action="confirm-reset"
              look="danger"
              word={text('reset_record_confirm')}
              disabled={resetting}
              onClick={() => void reset()}
            />
            <Button action="cancel-reset" word={text('cancel')} onClick={() => setPressed(false)} />
          </>
        ) : (
          <>
            <Button action="save-record" word={text('save_record')} onClick={() => void save()} />
            {mayReset && <Button action="reset-record" word={text('reset_record')} onClick={ask} />}
          </>
        )}
      </div>
    </section>
  );
}
