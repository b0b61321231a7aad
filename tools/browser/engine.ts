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
  managed: Record<string, unknown> | undefined;
  env: NodeJS.ProcessEnv;
}

/** What each browser does in its own way, once it runs with the extension in it. */
export interface Engine {
  readonly browser: Browser;
  readonly extensionId: string;
  /** Ends the service worker or the event page, as the browser does when it has been idle, and waits for its end. */
  killBackground(): Promise<void>;
  /** Installs what the extension's folder holds by now, as an update does: the same id, and its data stays. */
  reinstall(): Promise<void>;
  /** Runs an expression with Firefox's own privileges; what it (or its promise) gives must be JSON. */
  evaluateInBrowser<T>(expression: string): Promise<T>;
}

/** An engine with what only its launch needs. */
export interface StartedEngine extends Engine {
  /** The address of the extension's root, with the slash at its end. */
  extensionRoot: string;
  /** Sends a page to an address of the extension. Need not wait for it to load. */
  goTo(page: Page, url: string): Promise<unknown>;
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
