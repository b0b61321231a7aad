export interface ToolbarOptions {
  unseen: () => Promise<number>;
  /** The title for a number of unseen failures, in words. */
  title: (unseen: number) => string;
  show: (badge: string, title: string) => Promise<void>;
}

export const badgeText = (unseen: number): string =>
  unseen === 0 ? '' : unseen > 999 ? '999+' : String(unseen);

/** Gives the function that brings the button up to date. Updates never overtake each other: the newest wins. */
export function createToolbar({ unseen, title, show }: ToolbarOptions): () => Promise<void> {
  let running: Promise<void> | undefined;
  let again = false;

  async function update(): Promise<void> {
    do {
      again = false;
      const count = await unseen();
      await show(badgeText(count), title(count));
    } while (again);
  }

  return () => {
    again = true;
    running ??= update().finally(() => {
      running = undefined;
    });
    return running;
  };
}
