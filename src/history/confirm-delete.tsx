import { useEffect, useRef } from 'preact/hooks';
import { plural, text } from '../platform/i18n.ts';
import { Button } from '../ui/button.tsx';

export interface ConfirmDeleteProps {
  count: number;
  onConfirm: () => void;
  onCancel: () => void;
}

/** Asks before failures are deleted, which can't be undone. */
export function ConfirmDelete({ count, onConfirm, onCancel }: ConfirmDeleteProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby="delete-question" aria-describedby="delete-text" onClose={onCancel}>
      <h2 id="delete-question">{plural('history_delete_sure', count)}</h2>
      <p id="delete-text">{text('history_delete_text')}</p>
      <div class="buttons">
        {/* The first button gets the focus, so Enter alone deletes nothing. */}
        <Button action="cancel" label={text('cancel')} onClick={() => dialog.current?.close()} />
        <Button
          action="confirm-delete"
          look="danger"
          label={plural('history_delete_confirm', count)}
          onClick={() => {
            // First, so that the focus goes back to where it was.
            dialog.current?.close();
            onConfirm();
          }}
        />
      </div>
    </dialog>
  );
}
