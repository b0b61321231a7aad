import { acceptedOf, type Failure } from '../domain/failure.ts';
import { fileName, visibleText } from '../domain/file-name.ts';
import { text } from '../platform/i18n.ts';
import { FileIcon } from '../ui/row/file-icon.tsx';
import { MiddleName } from '../ui/row/middle-name.tsx';
import { UndoButton } from '../ui/row/undo-button.tsx';

/** Stands for a failure that was dismissed or found fine, so that no other row moves, and can bring it back. */
export function DismissedRow({ failure }: { failure: Failure }) {
  const name = visibleText(fileName(failure));
  const accepted = acceptedOf(failure) !== undefined;
  return (
    <li class="row soft" data-row={failure.id}>
      <div class="row-main">
        <FileIcon name={name} />
        <div class="row-text">
          <MiddleName name={name} />
          <p class="row-facts soft small">
            {text(accepted ? 'history_status_accepted' : 'history_status_dismissed')}
          </p>
        </div>
        <div class="row-buttons line">
          <UndoButton id={failure.id} name={name} accepted={accepted} />
        </div>
      </div>
    </li>
  );
}
