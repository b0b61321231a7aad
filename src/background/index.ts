/** Registers every listener at once: an event that wakes the background is lost on one that comes later. */
import { dismiss, type Failure, markSeen, restore } from '../domain/failure.ts';
import { showOnButton } from '../platform/action.ts';
import { browserDownloads } from '../platform/browser-downloads.ts';
import { announceChange } from '../platform/change-channel.ts';
import { onDownloadChanged, onDownloadErased, onFirstRun } from '../platform/events.ts';
import { plural, text } from '../platform/i18n.ts';
import { createBackgroundJournal } from '../platform/journal/background-journal.ts';
import { readFailuresDirectly, readStretchDirectly } from '../platform/journal/history-reader.ts';
import { createMemoryJournal } from '../platform/journal/memory-journal.ts';
import { readDirectly } from '../platform/journal/open-failures.ts';
import { hiddenFailures, journalHealth, unsavedFailures } from '../platform/journal/session-values.ts';
import { storedJournal } from '../platform/journal/stored-journal.ts';
import { type Command, onCommand } from '../platform/messages.ts';
import { keepStorage } from '../platform/persistence.ts';
import { onSecondLook, planSecondLook } from '../platform/second-look.ts';
import { readSettings } from '../platform/settings.ts';
import { target } from '../platform/target.ts';
import { createKeeper } from './keeper.ts';
import { createMonitor } from './monitor.ts';
import { createRetrier } from './retrier.ts';
import { createToolbar, type ToolbarStatus } from './toolbar.ts';

const now = Date.now;
const downloads = browserDownloads();
const journal = createBackgroundJournal({
  stored: storedJournal,
  hidden: createMemoryJournal(hiddenFailures),
  unsaved: createMemoryJournal(unsavedFailures),
  health: journalHealth,
});
const monitor = createMonitor({
  browser: target,
  downloads,
  journal,
  now,
  newId: () => crypto.randomUUID(),
  changed: monitorChanged,
});
const retrier = createRetrier({ downloads, journal, monitor, now, changed });
const keeper = createKeeper({
  journal,
  now,
  retention: async () => (await readSettings()).retention,
  changed,
});
const updateToolbar = createToolbar({
  async status() {
    const { unseen } = await journal.counts();
    return { unseen, broken: (await journal.health()).state === 'broken' };
  },
  title: buttonTitle,
  show: showOnButton,
});

function buttonTitle({ unseen, broken }: ToolbarStatus): string {
  if (broken) return text('button_broken');
  return unseen === 0 ? text('button_none') : plural('button_unseen', unseen);
}

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

/** Does one after the other; what fails is reported and does not keep the next from its turn. */
async function inOrder(...steps: (() => Promise<unknown>)[]): Promise<void> {
  for (const step of steps) await step().catch(report);
}

async function carryOut(command: Command): Promise<unknown> {
  switch (command.command) {
    case 'retry':
      return retrier.retry(command.id);
    case 'retry-many':
      for (const id of command.ids) await retrier.retry(id);
      return undefined;
    case 'dismiss':
      if ((await journal.change(command.ids, dismiss)).length > 0) changed();
      return undefined;
    case 'restore':
      if ((await journal.change(command.ids, restore)).length > 0) changed();
      return undefined;
    case 'delete':
      throw new Error('Not yet.');
    case 'mark-all-seen':
      if ((await journal.changeUnseen(markSeen)).length > 0) changed();
      return undefined;
    case 'read-open-failures':
      return readDirectly(command.limits);
    case 'read-history':
      return readStretchDirectly(command.from, command.limit);
    case 'read-failures':
      return readFailuresDirectly(command.ids);
    case 'reset-journal':
      await journal.reset();
      await monitor.reconcile('all');
      changed();
      return undefined;
  }
}

onDownloadChanged((id, stateChanged) => {
  planSecondLook();
  void monitor.look(id, stateChanged).catch(report);
});
onSecondLook(() => void inOrder(() => monitor.reconcile('recent'), retrier.settleOverdue));
onDownloadErased(() => void monitor.lookForVanished().catch(report));
onFirstRun(() => void inOrder(keepStorage, () => monitor.reconcile('all'), keeper.repair));
onCommand(carryOut);

// The background may have died over any of these, and the browser forgets the badge when it ends.
void inOrder(() => monitor.reconcile('recent'), retrier.settleOverdue, updateToolbar, keeper.trim);
