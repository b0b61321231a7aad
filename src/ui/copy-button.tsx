import { useState } from 'preact/hooks';
import { text } from '../platform/i18n.ts';
import { Button } from './button.tsx';
import { say } from './say.ts';

/** Copies a text and says whether that worked. */
export function CopyButton({
  action,
  label,
  make,
}: {
  action: string;
  label: string;
  make: () => string | Promise<string>;
}) {
  const [shown, setShown] = useState(label);
  const tell = (words: string): void => {
    setShown(words);
    say(words);
  };
  const copy = async (): Promise<void> => navigator.clipboard.writeText(await make());
  return (
    <Button
      action={action}
      label={shown}
      onClick={() =>
        void copy().then(
          () => tell(text('copied')),
          () => tell(text('copy_failed')),
        )
      }
    />
  );
}
