/** The browser this build is for. */
export type Target = 'chrome' | 'firefox';

declare global {
  /** The same as {@link target}, for what is loaded later by one of them: the other's build is to hold nothing of it. */
  const __TARGET__: Target;
}

/**
 * Fixed at build time, because it can't be told at run time: Chrome 148 and later has `browser.*` too.
 * Tests and tools that load this file outside a build see Chrome.
 */
export const target: Target = typeof __TARGET__ === 'undefined' ? 'chrome' : __TARGET__;
