import { text } from '../platform/i18n.ts';
import type { RoundTaken } from '../platform/messages.ts';

/** Why a round took in nothing, or left out some that the person may miss; undefined if there is nothing to say. */
export function leftOutText({ taken, older, busy }: RoundTaken): string | undefined {
  if (older) return text('retry_older');
  return taken > 0 ? undefined : text(busy ? 'retry_busy' : 'retry_none');
}
