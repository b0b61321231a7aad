import { useEffect, useState } from 'preact/hooks';
import { type Failure, isOpen, stateOf, suspectOf } from '../../domain/failure.ts';
import { text } from '../../platform/i18n.ts';
import { send } from '../../platform/messages.ts';
import { findFile } from '../../platform/shown-file.ts';
import { unattended } from '../../platform/unattended.ts';
import { Button } from '../button.tsx';
import { say } from '../say.ts';

/** What the person can do about a completed download that may not be the file, besides trying again. */
export function RowDoubt({ failure, name }: { failure: Failure; name: string }) {
  const suspected = isOpen(failure) && stateOf(failure) !== 'retrying' ? suspectOf(failure) : undefined;
  const [show, setShow] = useState<() => Promise<void>>();
  const { item, file } = suspected ?? {};
  // The browser may no longer list it, and the person may have moved it.
  useEffect(() => {
    if (item && file !== undefined) unattended(findFile(item, file).then((found) => setShow(() => found)));
  }, [item?.key, file]);
  if (!suspected) return null;
  return (
    <p class="row-doubt">
      <Button
        action="accept"
        label={text('accept')}
        of={name}
        onClick={() => {
          unattended(send({ command: 'accept', id: failure.id }));
          say(text('accepted_word', name));
        }}
      />
      {/* Last, as it comes a moment later and must not move the other. */}
      {show && (
        <Button
          action="show-file"
          label={text('show_file')}
          of={name}
          title={file}
          onClick={() => unattended(show())}
        />
      )}
    </p>
  );
}
