/** The one import of webextension-polyfill, so that every other file can run without a browser. */
import browser from 'webextension-polyfill';

export default browser;
