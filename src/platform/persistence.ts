import { target } from './target.ts';

/**
 * Stops the browser from deleting the journal when the disk is full. Chrome never does, given the permission
 * `unlimitedStorage`; Firefox has to be asked, and then agrees without asking the person.
 */
export async function keepStorage(): Promise<void> {
  if (target === 'firefox') await navigator.storage.persist();
}
