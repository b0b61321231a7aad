import { coalesced } from '../platform/coalesced.ts';

/** What the button shows. */
export interface ToolbarStatus {
  unseen: number;
  /** Whether to show their number on the button. */
  numbered: boolean;
  /** Whether failures can't be saved. */
  broken: boolean;
}

export interface ToolbarOptions {
  status: () => Promise<ToolbarStatus>;
  /** The status in words. */
  title: (status: ToolbarStatus) => string;
  show: (badge: string, title: string) => Promise<void>;
}

export function badgeText({ unseen, numbered, broken }: ToolbarStatus): string {
  if (broken) return '!';
  return unseen === 0 || !numbered ? '' : unseen > 999 ? '999+' : String(unseen);
}

/** Returns a function that updates the button. Updates never overtake each other: the newest wins. */
export const createToolbar = ({ status, title, show }: ToolbarOptions): (() => Promise<void>) =>
  coalesced(async () => {
    const current = await status();
    await show(badgeText(current), title(current));
  });
