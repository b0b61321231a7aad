import type { Attempt } from '../../domain/failure.ts';
import { text } from '../../platform/i18n.ts';
import { formatSize } from '../format.ts';

/** How much of the file an attempt received. */
export function receivedText({
  bytesReceived,
  totalBytes,
}: Pick<Attempt, 'bytesReceived' | 'totalBytes'>): string {
  if (bytesReceived > 0 && totalBytes !== null) {
    return text('size_of', formatSize(bytesReceived), formatSize(totalBytes));
  }
  if (bytesReceived > 0) return text('size_received', formatSize(bytesReceived));
  return totalBytes === null ? text('size_none') : text('size_total', formatSize(totalBytes));
}
