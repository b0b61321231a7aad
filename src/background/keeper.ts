/** Keeps the journal in order: correct counts, and no more of the past than the person wants. */
import type { Retention } from '../domain/retention.ts';
import type { Journal } from '../platform/journal/journal.ts';

export interface KeeperOptions {
  journal: Pick<Journal, 'repairCounts' | 'trim'>;
  /** ms since the epoch. */
  now: () => number;
  retention: () => Promise<Retention>;
  /** Called when what pages show may have changed. */
  changed: () => void;
}

/** How many failures are forgotten in one transaction: few enough that nobody has to wait for it. */
const STEP = 200;

export function createKeeper({ journal, now, retention, changed }: KeeperOptions) {
  return {
    /** Corrects the counts if they are wrong. */
    async repair(): Promise<void> {
      if (await journal.repairCounts()) changed();
    },
    /** Forgets failures beyond the limits, in small steps. */
    async trim(): Promise<void> {
      const limits = await retention();
      let removed = 0;
      let step: number;
      do {
        step = await journal.trim(limits, now(), STEP);
        removed += step;
      } while (step === STEP);
      if (removed > 0) changed();
    },
  };
}
