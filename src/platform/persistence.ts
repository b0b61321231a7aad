import { target } from './target.ts';

/**
 * Keeps the browser from throwing the journal away when the disk runs full. With the permission
 * `unlimitedStorage` Chrome never does; Firefox needs to be asked, and then grants it without a question.
 */
export async function keepStorage(): Promise<void> {
  if (target === 'firefox') await navigator.storage.persist();
}
