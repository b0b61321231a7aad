import browser from './browser.ts';

/** Calls `listener` when the person grants or takes back a permission. */
export function onPermissionsChanged(listener: () => void): void {
  browser.permissions.onAdded.addListener(listener);
  browser.permissions.onRemoved.addListener(listener);
}
