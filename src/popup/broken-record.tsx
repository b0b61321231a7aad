import { useState } from 'preact/hooks';
import { visibleText } from '../domain/file-name.ts';
import { text } from '../platform/i18n.ts';
import { readRaw } from '../platform/journal/database.ts';
import type { JournalHealth } from '../platform/journal/health.ts';
import { send } from '../platform/messages.ts';
import { Button } from '../ui/button.tsx';
import { saveFile } from '../ui/save-file.ts';
import { say } from '../ui/say.ts';
import { errorText } from '../ui/texts.ts';

/** Says that failures can't be saved, and lets the person save a copy or start over. */
export function BrokenRecord({ cause, message }: Extract<JournalHealth, { state: 'broken' }>) {
  const [pressed, setPressed] = useState(false);
  // On a full disk the record is whole, and there again once it has room.
  const mayReset = cause !== 'full';
  const asking = pressed && mayReset;
  const [problem, setProblem] = useState('');
  const [resetting, setResetting] = useState(false);

  async function save(): Promise<void> {
    setProblem('');
    try {
      // Not the name of an export, which could be imported.
      saveFile('download-failures-copy.json', JSON.stringify(await readRaw(), null, 2), 'application/json');
    } catch {
      setProblem(text('save_record_failed'));
    }
  }

  function ask(): void {
    setPressed(true);
    say(text('reset_record_sure'));
  }

  async function reset(): Promise<void> {
    setResetting(true);
    setProblem('');
    try {
      await send({ command: 'reset-journal' });
      setPressed(false);
    } catch (error) {
      setProblem(text('reset_record_failed', errorText(error)));
    }
    setResetting(false);
  }

  return (
    <section class="notice stack">
      <p role="alert">{text(`broken_${cause}`)}</p>
      <p class="notice-detail soft small">{text('broken_message', visibleText(message))}</p>
      {problem !== '' && <p role="alert">{problem}</p>}
      {asking && <p>{text('reset_record_sure')}</p>}
      <div class="buttons">
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
