import { type ComponentChild, render } from 'preact';
import { useEffect } from 'preact/hooks';
import { type MessageKey, text, textDirection, uiLanguage } from '../platform/i18n.ts';
import { FollowReach } from './reach.tsx';
import { liveRegion } from './say.ts';

/** Renders a page in the person's language and its direction, with its title. */
export function startPage(content: ComponentChild, title: MessageKey): void {
  const { documentElement: html, body } = document;
  html.lang = uiLanguage();
  html.dir = textDirection();
  document.title = text(title);
  render(<FollowReach>{content}</FollowReach>, body);
  body.append(liveRegion());
}

/** Marks the page as painted, which tests and tools wait for, once it has something to show. More may come below. */
export function useReady(loaded: boolean): void {
  useEffect(() => {
    if (loaded) document.documentElement.dataset.ready = 'true';
  }, [loaded]);
}
