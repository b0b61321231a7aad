/** Whether this is a real container. Firefox has such ids for its ordinary and private windows too. */
export const inContainer = (cookieStoreId: string | null): cookieStoreId is string =>
  cookieStoreId !== null && cookieStoreId !== 'firefox-default' && cookieStoreId !== 'firefox-private';
