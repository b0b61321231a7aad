import { useEffect, useRef } from 'preact/hooks';
import type { Failure } from '../domain/failure.ts';
import { fileName, visibleText } from '../domain/file-name.ts';
import { text } from '../platform/i18n.ts';
import { Button } from '../ui/button.tsx';
import { say } from '../ui/say.ts';

/** Says what was taken out of the list, and puts it back on request. Stays until the next one or the popup's end. */
export function UndoBar({ failure, onUndo }: { failure: Failure; onUndo: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  const words = text('dismissed_word', visibleText(fileName(failure)));
  // The button that was pressed has left; the way back is the next thing at hand.
  useEffect(() => {
    button.current?.focus();
    say(words);
  }, [failure.id, words]);
  return (
    <div class="undo-bar">
      <p>{words}</p>
      <Button ref={button} action="undo" word={text('undo')} onClick={onUndo} data-puts-back={failure.id} />
    </div>
  );
}
