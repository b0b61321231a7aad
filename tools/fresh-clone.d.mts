/** The part of a lock file that says which packages it stands for. */
export interface PackageLock {
  packages: Record<string, { version?: string; integrity?: string; optional?: boolean }>;
}

/** Whether a dotted version is the minimum or newer. */
export function isAtLeast(version: string, minimum: string): boolean;

/** Whether what is installed is what the lock file asks for. */
export function fits(installed: PackageLock | undefined, lock: PackageLock): boolean;
