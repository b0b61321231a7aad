import { acceptedOf, type Failure } from '../domain/failure.ts';
import { fileName, visibleText } from '../domain/file-name.ts';
import { text } from '../platform/i18n.ts';
import { send } from '../platform/messages.ts';
import { unattended } from '../platform/unattended.ts';
import { Button } from '../ui/button.tsx';
import { FileIcon } from '../ui/row/file-icon.tsx';
import { MiddleName } from '../ui/row/middle-name.tsx';

/** Takes the place of the row of a failure that was dismissed or found to be none, so that no other row moves, and can bring it back. */
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
          <Button
            action="undo"
            label={text('undo')}
            of={name}
            onClick={() =>
              unattended(
                accepted
                  ? send({ command: 'suspect-again', id: failure.id })
                  : send({ command: 'restore', ids: [failure.id] }),
              )
            }
          />
        </div>
      </div>
    </li>
  );
}
