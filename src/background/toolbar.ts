import { coalesced } from '../platform/coalesced.ts';
import { plural, text } from '../platform/i18n.ts';

/** What the button shows. */
export interface ToolbarStatus {
  unseen: number;
  /** Whether some of the open failures are downloads that completed and may not be the file. */
  doubtful: boolean;
  /** Whether to show their number on the button. */
  numbered: boolean;
  /** Whether failures can't be saved. */
  broken: boolean;
}

export interface ToolbarOptions {
  status: () => Promise<ToolbarStatus>;
  show: (badge: string, title: string) => Promise<void>;
}

export function badgeText({ unseen, numbered, broken }: ToolbarStatus): string {
  if (broken) return '!';
  return unseen === 0 || !numbered ? '' : unseen > 999 ? '999+' : String(unseen);
}

/** The status in words. Which of the new ones are doubtful is not counted. */
export function buttonTitle({ unseen, doubtful, broken }: ToolbarStatus): string {
  if (broken) return text('button_broken');
  if (unseen === 0) return text('button_none');
  return plural(doubtful ? 'button_unseen_doubtful' : 'button_unseen', unseen);
}

/** Returns a function that updates the button. Updates never overtake each other: the newest wins. */
export const createToolbar = ({ status, show }: ToolbarOptions): (() => Promise<void>) =>
  coalesced(async () => {
    const current = await status();
    await show(badgeText(current), buttonTitle(current));
  });
