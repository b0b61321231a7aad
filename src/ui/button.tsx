import type { ButtonHTMLAttributes } from 'preact';
import { text } from '../platform/i18n.ts';

export interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'type' | 'class'> {
  /** Tells it from other buttons: for tests, and for the arrow keys. */
  action?: string;
  look?: 'primary' | 'quiet' | 'quiet icon' | 'danger';
  word: string;
  /** Names what it is for, where several buttons say the same. */
  of?: string;
}

/** A button that says `word`, or shows what is put into it. */
export function Button({ action, look = 'quiet', word, of, children, ...others }: ButtonProps) {
  return (
    <button
      type="button"
      class={look}
      data-action={action}
      aria-label={of === undefined ? undefined : text('action_named', word, of)}
      {...others}
    >
      {children ?? word}
    </button>
  );
}
