import type { Attempt } from '../domain/failure.ts';
import { visibleText } from '../domain/file-name.ts';
import { type Browser, classify } from '../domain/reasons.ts';
import { text, textIfAny } from '../platform/i18n.ts';
import type { RoundTaken } from '../platform/messages.ts';
import { formatSize } from './format.ts';

/** A reason in words, as the browser that gave it meant it. */
export function reasonText(reason: string, browser: Browser): { title: string; remedy: string } {
  const { textStem } = classify(reason, browser);
  return {
    title: textIfAny(`reason_${textStem}_title`) ?? text('reason_unknown_title'),
    remedy: textIfAny(`reason_${textStem}_remedy`) ?? text('reason_unknown_remedy'),
  };
}

/** Why a round took in nothing, or left out some that the person may miss; undefined if there is nothing to say. */
export function leftOutText({ taken, older, busy }: RoundTaken): string | undefined {
  if (older) return text('retry_older');
  return taken > 0 ? undefined : text(busy ? 'retry_busy' : 'retry_none');
}

/** An error's message, safe to show. */
export const errorText = (error: unknown): string =>
  visibleText(error instanceof Error ? error.message : String(error));

/** How much of the file an attempt received. */
export function receivedText(attempt: Pick<Attempt, 'bytesReceived' | 'totalBytes'>): string {
  const { bytesReceived, totalBytes } = attempt;
  if (bytesReceived > 0 && totalBytes !== null) {
    return text('size_of', formatSize(bytesReceived), formatSize(totalBytes));
  }
  if (bytesReceived > 0) return text('size_received', formatSize(bytesReceived));
  return totalBytes === null ? text('size_none') : text('size_total', formatSize(totalBytes));
}
