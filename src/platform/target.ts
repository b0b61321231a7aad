/** The browser this build is for. */
export type Target = 'chrome' | 'firefox';

declare global {
  /** The same as {@link target}, for code that only one of them loads later: the other's build must not contain it. */
  const __TARGET__: Target;
}

/**
 * Set at build time, because it can't be detected at run time: Chrome 148 and later has `browser.*` too. Tests and
 * tools that load this file outside a build see Chrome.
 */
export const target: Target = typeof __TARGET__ === 'undefined' ? 'chrome' : __TARGET__;
