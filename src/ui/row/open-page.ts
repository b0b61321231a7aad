import type { Failure } from '../../domain/failure.ts';
import { send } from '../../platform/messages.ts';
import { openSource } from '../../platform/pages.ts';
import { leaveFor } from '../../platform/popup.ts';
import { unattended } from '../../platform/unattended.ts';

/** Opens the page that a failed download came from, where the person may find a new link. */
export function openPageOf(failure: Failure, page: string): void {
  unattended(send({ command: 'await-link', id: failure.id }));
  leaveFor(openSource(page, failure));
}
