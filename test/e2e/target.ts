import { inject } from 'vitest';
import type { Target } from '../../src/platform/target.ts';

declare module 'vitest' {
  interface ProvidedContext {
    target: Target;
  }
}

/** The browser to test in. Each file runs once for each, in projects of their own (`vitest.config.ts`). */
export const target = inject('target');
