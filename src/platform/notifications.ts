/** Notifications of the operating system, with an optional permission. */
import browser from './browser.ts';

const permissions: Parameters<typeof browser.permissions.request>[0] = { permissions: ['notifications'] };

/** Asks the person for permission to show notifications. Needs a click or key press. */
export const askToNotify = (): Promise<boolean> => browser.permissions.request(permissions);
export const mayNotify = (): Promise<boolean> => browser.permissions.contains(permissions);

/** Shows a notification, replacing an earlier one with the same `id`. */
export async function notify(id: string, title: string, message: string): Promise<void> {
  const iconUrl = browser.runtime.getURL('icons/icon-128.png');
  await browser.notifications.create(id, { type: 'basic', iconUrl, title, message });
}

let listening = false;

/** Calls `listener` when a notification is clicked. Must be called while the background starts. */
export function onNotificationPressed(listener: () => void): void {
  const listen = (): void => {
    // Without the permission the API isn't there.
    if (listening || browser.notifications === undefined) return;
    listening = true;
    browser.notifications.onClicked.addListener((id) => {
      void browser.notifications.clear(id);
      listener();
    });
  };
  listen();
  browser.permissions.onAdded.addListener(listen);
}
