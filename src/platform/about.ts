/** What runs here, and what it may do. */
import browser from './browser.ts';
import { mayWatchPrivate } from './private-page.ts';

export interface About {
  /** The extension's name and version. */
  extension: string;
  /** The browser's, and the system's, as it tells them to every site. */
  browser: string;
}

export function about(): About {
  const { name, version } = browser.runtime.getManifest();
  return { extension: `${name} ${version}`, browser: navigator.userAgent };
}

/** Which permissions there are. Of sites only whether it is all of them: their names are nobody's business. */
export async function grantedPermissions(): Promise<string[]> {
  const [{ permissions = [], origins = [] }, inPrivateWindows] = await Promise.all([
    browser.permissions.getAll(),
    mayWatchPrivate(),
  ]);
  return [
    ...permissions,
    ...(origins.includes('<all_urls>') ? ['<all_urls>'] : []),
    ...(inPrivateWindows ? ['private windows'] : []),
  ].sort();
}
