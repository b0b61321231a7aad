/** Events from the browser that wake the background. Each of these must be called while it starts. */
import browser from './browser.ts';
import { stateChanged } from './downloads.ts';
import { target } from './target.ts';

/** `stateChanged`: whether the item's state changed, and not just other fields. */
export function onDownloadChanged(listener: (id: number, stateChanged: boolean) => void): void {
  browser.downloads.onChanged.addListener((delta) => listener(delta.id, stateChanged(delta)));
}

/**
 * A download began. Firefox tells nothing more of it until it ends; Chrome soon tells the file's name as a change, and
 * before that nothing of use.
 */
export function onDownloadCreated(listener: (id: number) => void): void {
  if (target === 'firefox') browser.downloads.onCreated.addListener(({ id }) => listener(id));
}

/** An item left the browser's list. */
export const onDownloadErased = (listener: (id: number) => void): void =>
  browser.downloads.onErased.addListener(listener);

/** The browser started, or the extension was installed or updated. */
export function onFirstRun(listener: () => void): void {
  browser.runtime.onStartup.addListener(listener);
  browser.runtime.onInstalled.addListener(() => listener());
}

/** The extension was installed, not updated or brought back. */
export function onInstalled(listener: () => void): void {
  browser.runtime.onInstalled.addListener(({ reason }) => {
    if (reason === 'install') listener();
  });
}

/** The person pressed the shortcut for the history. */
export function onHistoryCommand(listener: () => void): void {
  browser.commands.onCommand.addListener((name) => {
    if (name === 'open-history') listener();
  });
}
