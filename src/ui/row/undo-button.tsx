import { text } from '../../platform/i18n.ts';
import { send } from '../../platform/messages.ts';
import { unattended } from '../../platform/unattended.ts';
import { Button } from '../button.tsx';

interface UndoButtonProps {
  id: string;
  name: string;
  /** Whether the person found it fine, and didn't just dismiss it. */
  accepted: boolean;
}

/** Brings back a failure that was dismissed or found fine. */
export function UndoButton({ id, name, accepted }: UndoButtonProps) {
  const undo = () =>
    accepted ? send({ command: 'suspect-again', id }) : send({ command: 'restore', ids: [id] });
  return <Button action="undo" label={text('undo')} of={name} onClick={() => unattended(undo())} />;
}
