import browser from './browser.ts';

/** Calls `listener` when the person has allowed something, or taken it back. */
export function onPermissionsChanged(listener: () => void): void {
  browser.permissions.onAdded.addListener(listener);
  browser.permissions.onRemoved.addListener(listener);
}
