import { useState } from 'preact/hooks';
import { type MessageKey, text } from '../platform/i18n.ts';
import { Button } from './button.tsx';
import { say } from './say.ts';

/** Copies a text and says whether that worked. */
export function CopyButton({
  action,
  label,
  make,
}: {
  action: string;
  label: MessageKey;
  make: () => string | Promise<string>;
}) {
  const [shown, setShown] = useState(label);
  const tell = (came: 'copied' | 'copy_failed'): void => {
    setShown(came);
    say(text(came));
  };
  const copy = async (): Promise<void> => navigator.clipboard.writeText(await make());
  return (
    <Button
      action={action}
      label={text(shown)}
      onClick={() =>
        void copy().then(
          () => tell('copied'),
          () => tell('copy_failed'),
        )
      }
    />
  );
}
