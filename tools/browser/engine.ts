import type { Browser, Page } from 'puppeteer-core';

/** What is launched, and how, once all defaults are settled. */
export interface LaunchPlan {
  executable: string;
  extensionDir: string;
  headless: boolean;
  allowPrivate: boolean;
  profile: string;
  downloadDir: string;
  args: string[];
  firefoxPrefs: Record<string, boolean | number | string>;
  env: NodeJS.ProcessEnv;
}

/** A running browser with the extension in it: the part that each browser does in its own way. */
export interface Engine {
  browser: Browser;
  extensionId: string;
  /** The address of the extension's root, with the slash at its end. */
  extensionRoot: string;
  /** Sends a page to an address of the extension. Need not wait for it to load. */
  goTo(page: Page, url: string): Promise<void>;
  killBackground(): Promise<void>;
  /** Installs what the extension's folder holds by now; its background runs by the time this is over. */
  reinstall(): Promise<void>;
  evaluateInBrowser(expression: string): Promise<unknown>;
  /** Waits, after the browser's end, until the profile can be used again. */
  released(): Promise<void>;
}

/** What all launches of either browser have in common. */
export const commonLaunchOptions = {
  // Signals are ours to handle (cleanup.ts): these would end the process before the folders are gone.
  handleSIGINT: false,
  handleSIGTERM: false,
  handleSIGHUP: false,
  // The first start of a browser that is not in the disk cache takes long on a slow machine.
  timeout: 60_000,
} as const;

/** Asks again and again until the answer is yes. */
export async function until(
  condition: () => Promise<boolean> | boolean,
  limit: { milliseconds: number; expecting: string },
): Promise<void> {
  const deadline = Date.now() + limit.milliseconds;
  while (!(await condition())) {
    if (Date.now() > deadline) {
      throw new Error(`Waited ${limit.milliseconds / 1000} s in vain for ${limit.expecting}.`);
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
