import { type Browser, classify } from '../domain/reasons.ts';
import { text, textIfAny } from '../platform/i18n.ts';

/** A reason in words, as the browser that gave it meant it. */
export function reasonText(reason: string, browser: Browser): { title: string; remedy: string } {
  const { textStem } = classify(reason, browser);
  return {
    title: textIfAny(`reason_${textStem}_title`) ?? text('reason_unknown_title'),
    remedy: textIfAny(`reason_${textStem}_remedy`) ?? text('reason_unknown_remedy'),
  };
}
