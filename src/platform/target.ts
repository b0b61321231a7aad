/** The browser this build is for. */
export type Target = 'chrome' | 'firefox';

declare const __TARGET__: Target;

/**
 * Fixed at build time, because it can't be told at run time: Chrome 148 and later has `browser.*` too.
 * Tests and tools that load this file outside a build see Chrome.
 */
export const target: Target = typeof __TARGET__ === 'undefined' ? 'chrome' : __TARGET__;
