/** Firefox names the ordinary and the private windows like containers. */
export const inContainer = (cookieStoreId: string | null): cookieStoreId is string =>
  cookieStoreId !== null && cookieStoreId !== 'firefox-default' && cookieStoreId !== 'firefox-private';
