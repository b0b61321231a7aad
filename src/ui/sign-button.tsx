import { Button, type ButtonProps } from './button.tsx';
import { Sign, type SignName } from './sign.tsx';

/** A button with a sign, and its label as a tooltip. */
export function SignButton({ sign, children, ...props }: ButtonProps & { sign: SignName }) {
  return (
    <Button look="quiet icon" title={props.label} {...props}>
      <Sign name={sign} />
      {children}
    </Button>
  );
}

/** Longer labels would leave no room for what they are about. */
const LONGEST_LABEL = 16;

interface LabelButtonProps extends ButtonProps {
  sign: SignName;
  /** Shown beside the sign. */
  short?: string;
}

/** A button that shows its label, or its sign if the label is too long. */
export function LabelButton({ sign, short, ...props }: LabelButtonProps) {
  if ([...props.label].length <= LONGEST_LABEL) return <Button {...props} />;
  return (
    <SignButton sign={sign} {...props}>
      {short}
    </SignButton>
  );
}
