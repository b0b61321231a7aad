import type { Target } from '../src/platform/target.ts';

/** The parts of `manifest.json` in which the two browsers differ. Everything else is passed on as it stands. */
export interface SourceManifest {
  action: Record<string, unknown>;
  background: { service_worker: string; scripts: string[]; type: string };
  minimum_chrome_version: string;
  browser_specific_settings: Record<string, unknown>;
  permissions: string[];
  storage: { managed_schema: string };
  content_security_policy: { extension_pages: string };
  [key: string]: unknown;
}

/** Firefox wants it before a download may be started in a container; Chrome has none. It gives no warning. */
const ONLY_FIREFOX = 'cookies';

/**
 * For new tries that name the page (`src/platform/page-starts.ts`); neither gives a warning or allows anything by itself.
 * Also, Chrome shows requests only to extensions that had a permission of the first kind when they were loaded. Without
 * it, what the person allows would take effect with the next start of the browser.
 */
const ONLY_CHROME = ['declarativeNetRequestWithHostAccess', 'offscreen'];

/** Where these tries are made there are frames of other sites. */
const FRAMES_IN_CHROME = '; frame-src http: https:';

/**
 * Derives one browser's manifest from the common one: Chrome runs the background as a service worker and knows
 * nothing of gecko keys, Firefox runs it as an event page. A manifest with both gives warnings in either.
 */
export function manifestFor(target: Target, source: SourceManifest): Record<string, unknown> {
  const { background, minimum_chrome_version, browser_specific_settings, permissions, storage, ...others } =
    source;
  const { content_security_policy, ...common } = others;
  const { service_worker, scripts, type } = background;
  return target === 'chrome'
    ? {
        ...common,
        minimum_chrome_version,
        permissions: permissions.filter((name) => name !== ONLY_FIREFOX),
        // Firefox takes an administrator's settings without a schema, and warns of the key.
        storage,
        content_security_policy: {
          extension_pages: content_security_policy.extension_pages + FRAMES_IN_CHROME,
        },
        background: { service_worker, type },
      }
    : {
        ...others,
        // Else Firefox hides the button, and with it the count, in the menu of extensions. Chrome leaves it to the person.
        action: { ...others.action, default_area: 'navbar' },
        browser_specific_settings,
        permissions: permissions.filter((name) => !ONLY_CHROME.includes(name)),
        background: { scripts, type },
      };
}
