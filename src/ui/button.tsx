import type { ButtonHTMLAttributes, TargetedMouseEvent } from 'preact';
import { text } from '../platform/i18n.ts';

export interface ButtonProps
  extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'type' | 'class' | 'onClick'> {
  /** Tells it from other buttons: for tests, and for the arrow keys. */
  action?: string;
  look?: 'primary' | 'quiet' | 'quiet icon' | 'danger';
  label: string;
  /** What it is for, where several buttons have the same label. */
  of?: string;
  onClick: () => void;
}

/** A button that shows its label, or its children if it has any. */
export function Button({ action, look = 'quiet', label, of, onClick, children, ...others }: ButtonProps) {
  // Ignores the second click of a double-click, as the button may have changed with the first.
  const press = ({ detail }: TargetedMouseEvent<HTMLButtonElement>): void => {
    if (detail < 2) onClick();
  };
  return (
    <button
      type="button"
      class={look}
      data-action={action}
      aria-label={of === undefined ? undefined : text('action_named', label, of)}
      onClick={press}
      {...others}
    >
      {children ?? label}
    </button>
  );
}
