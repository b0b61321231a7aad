/** Registers every listener at once: an event that wakes the background is lost on one that comes later. */
import { type Failure, markSeen } from '../domain/failure.ts';
import { showOnButton } from '../platform/action.ts';
import { browserDownloads } from '../platform/browser-downloads.ts';
import { announceChange } from '../platform/change-channel.ts';
import { onDownloadChanged, onDownloadErased, onFirstRun } from '../platform/events.ts';
import { plural, text } from '../platform/i18n.ts';
import { journal } from '../platform/journal/writer.ts';
import { type Command, onCommand } from '../platform/messages.ts';
import { target } from '../platform/target.ts';
import { createMonitor } from './monitor.ts';
import { createRetrier } from './retrier.ts';
import { createToolbar } from './toolbar.ts';

const now = Date.now;
const downloads = browserDownloads();
const monitor = createMonitor({
  browser: target,
  downloads,
  journal,
  now,
  newId: () => crypto.randomUUID(),
  changed: monitorChanged,
});
const retrier = createRetrier({ downloads, journal, monitor, now, changed });
const updateToolbar = createToolbar({
  unseen: async () => (await journal.counts()).unseen,
  title: (unseen) => (unseen === 0 ? text('button_none') : plural('button_unseen', unseen)),
  show: showOnButton,
});

function changed(): void {
  announceChange();
  void updateToolbar().catch(report);
}

function monitorChanged(failures: readonly Failure[]): void {
  retrier.notice(failures);
  changed();
}

function report(error: unknown): void {
  console.error(error);
}

async function carryOut(command: Command): Promise<void> {
  switch (command.command) {
    case 'retry':
      return retrier.retry(command.id);
    case 'mark-all-seen':
      if ((await journal.changeUnseen(markSeen)).length > 0) changed();
  }
}

onDownloadChanged((id, stateChanged) => void monitor.look(id, stateChanged).catch(report));
onDownloadErased(() => void monitor.lookForVanished().catch(report));
onFirstRun(() => void monitor.reconcile('all').catch(report));
onCommand(carryOut);

// The background may have died over any of these, and the browser forgets the badge when it ends.
void monitor.reconcile('recent').then(retrier.settleOverdue).then(updateToolbar).catch(report);
