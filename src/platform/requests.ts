/** The browser's requests, which it shows with an optional permission. */
import browser from './browser.ts';

type Events = typeof browser.webRequest;
type Told<Name extends 'onHeadersReceived' | 'onCompleted' | 'onErrorOccurred'> = Parameters<
  Parameters<Events[Name]['addListener']>[0]
>[0];
export type AnsweredRequest = Told<'onHeadersReceived'>;

/** Always the same functions, as the browser knows by them whether it has them already. */
export interface RequestListeners {
  answered(details: AnsweredRequest): undefined;
  completed(details: Told<'onCompleted'>): void;
  failed(details: Told<'onErrorOccurred'>): void;
}

/**
 * Tells of requests of these types as soon as the person allows it. Must be called while the background starts.
 */
export function listenToRequests(
  listeners: RequestListeners,
  types: NonNullable<Parameters<Events['onCompleted']['addListener']>[1]['types']>,
): void {
  const filter = { urls: ['<all_urls>'], types };
  function listen(): void {
    const events = browser.webRequest;
    // Firefox forgets its listeners when the permission is taken back.
    if (events === undefined || events.onHeadersReceived.hasListener(listeners.answered)) return;
    events.onHeadersReceived.addListener(listeners.answered, filter, ['responseHeaders']);
    events.onCompleted.addListener(listeners.completed, filter, ['responseHeaders']);
    events.onErrorOccurred.addListener(listeners.failed, filter);
  }
  listen();
  browser.permissions.onAdded.addListener(listen);
}
