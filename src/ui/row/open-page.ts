import type { Failure } from '../../domain/failure.ts';
import { send } from '../../platform/messages.ts';
import { openSource } from '../../platform/pages.ts';
import { leaveFor } from '../../platform/popup.ts';

/** Opens the page that a failed download came from, where the person may find a new link. */
export function openPageOf(failure: Failure, page: string): void {
  leaveFor(send({ command: 'await-link', id: failure.id }).then(() => openSource(page, failure)));
}
