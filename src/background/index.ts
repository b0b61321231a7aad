/** Registers every listener at once: an event that wakes the background is lost on one that comes later. */
import { dismiss, type Failure, markSeen, restore } from '../domain/failure.ts';
import { fileName, visibleText } from '../domain/file-name.ts';
import { withoutPlan } from '../domain/retry-policy.ts';
import { automaticRulesOf, longestAgeOf, retentionOf } from '../domain/settings.ts';
import { showOnButton } from '../platform/action.ts';
import { browserDownloads } from '../platform/browser-downloads.ts';
import { announceChange } from '../platform/change-channel.ts';
import { isOnline, onOnline } from '../platform/connection.ts';
import { onDownloadChanged, onDownloadErased, onFirstRun, onHistoryCommand } from '../platform/events.ts';
import { hostTroubles } from '../platform/host-troubles.ts';
import { plural, text } from '../platform/i18n.ts';
import { createBackgroundJournal } from '../platform/journal/background-journal.ts';
import { createForgottenItems } from '../platform/journal/forgotten-items.ts';
import { createMemoryJournal } from '../platform/journal/memory-journal.ts';
import { readForPage } from '../platform/journal/read-for-page.ts';
import {
  closedRound,
  hiddenFailures,
  journalHealth,
  unsavedFailures,
} from '../platform/journal/session-values.ts';
import { storedJournal } from '../platform/journal/stored-journal.ts';
import { type Command, onCommand } from '../platform/messages.ts';
import { localValue, sessionValue } from '../platform/named-value.ts';
import { mayNotify, notify, onNotificationPressed } from '../platform/notifications.ts';
import { openHistory } from '../platform/pages.ts';
import { keepStorage } from '../platform/persistence.ts';
import { serverAnswers, watchServers } from '../platform/server-answers.ts';
import { onSettingsChanged, readSettings, standardSettings } from '../platform/settings.ts';
import { target } from '../platform/target.ts';
import { unattended } from '../platform/unattended.ts';
import { onWake, wakeAt, wakeSoon } from '../platform/wake.ts';
import { createKeeper } from './keeper.ts';
import { createMonitor } from './monitor.ts';
import { createNotifier, type News } from './notifier.ts';
import { createPlannedJournal } from './planner.ts';
import { createRetrier } from './retrier.ts';
import { createRounds } from './rounds.ts';
import { createScheduler } from './scheduler.ts';
import { createToolbar, type ToolbarStatus } from './toolbar.ts';

const now = Date.now;
/** For what can go on without knowing the person's settings, should they be unreadable. */
const settingsOrStandard = () =>
  readSettings().catch((error: unknown) => {
    console.error('The settings can not be read.', error);
    return standardSettings;
  });
const automaticRules = async () => automaticRulesOf(await readSettings());
const downloads = browserDownloads();
const journal = createPlannedJournal({
  journal: createBackgroundJournal({
    stored: storedJournal,
    hidden: createMemoryJournal(hiddenFailures),
    unsaved: unsavedFailures,
    health: journalHealth,
    closedRound,
    forgotten: createForgottenItems({
      disk: localValue('forgotten-items'),
      memory: sessionValue('forgotten-items'),
      now,
    }),
    hiddenSettledBefore: sessionValue('hidden-settled-before'),
  }),
  rules: automaticRules,
  troubles: hostTroubles,
  answers: serverAnswers,
  now,
  random: Math.random,
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
const scheduler = createScheduler({
  journal,
  retrier,
  troubles: hostTroubles.read,
  now,
  online: isOnline,
  rules: automaticRules,
  wakeAt: (time) => wakeAt('retry', time),
  changed,
});
const rounds = createRounds({
  journal,
  now,
  longestAge: async () => longestAgeOf(await settingsOrStandard()),
  changed,
});
const keeper = createKeeper({
  journal,
  now,
  retention: async () => retentionOf(await readSettings()),
  changed,
});
const updateToolbar = createToolbar({
  async status() {
    const [{ unseen }, { badge }, health] = await Promise.all([
      journal.counts(),
      settingsOrStandard(),
      journal.health(),
    ]);
    return { unseen: badge ? unseen : 0, broken: health.state === 'broken' };
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
  unattended(updateToolbar());
  unattended(scheduler.run());
}

const notifier = createNotifier({
  journal,
  wanted: async () => (await settingsOrStandard()).notifications && (await mayNotify()),
  show: (id, news) => notify(id, newsText(news), text('notify_open')),
});

function newsText(news: News): string {
  switch (news.kind) {
    case 'one':
      return text('notify_single', visibleText(fileName(news.failure)));
    case 'some':
      return plural('notify_some', news.count, news.host);
    case 'private':
      return text('notify_private');
  }
}

function monitorChanged(failures: readonly Failure[]): void {
  retrier.notice(failures);
  notifier.notice(failures);
  changed();
}

/** Does one after the other; what fails is reported and does not keep the next from its turn. */
async function inOrder(...steps: (() => Promise<unknown>)[]): Promise<void> {
  for (const step of steps) await step().catch(console.error);
}

/** Changes records at the person's word, and gives how many. */
async function changeEach(ids: readonly string[], decide: (failure: Failure) => Failure): Promise<number> {
  const { length } = await journal.change({ ids }, decide);
  if (length > 0) changed();
  return length;
}

async function carryOut(command: Command): Promise<unknown> {
  switch (command.command) {
    case 'retry':
      return retrier.retry(command.id, 'person');
    case 'cancel':
      return retrier.cancel(command.id);
    case 'retry-all':
      return rounds.all();
    case 'retry-group':
      return rounds.group(command.reason);
    case 'retry-many':
      return (await rounds.many(command.ids)).taken;
    case 'stop-round':
      return rounds.stop();
    case 'close-round':
      await journal.closeRound(command.id);
      return changed();
    case 'dismiss':
      return changeEach(command.ids, dismiss);
    case 'restore':
      return changeEach(command.ids, restore);
    case 'delete':
      await journal.remove(command.ids);
      return changed();
    case 'journal-changed':
      return changed();
    case 'mark-all-seen':
      if ((await journal.change('unseen', markSeen)).length > 0) changed();
      return undefined;
    case 'read-open-failures':
    case 'read-failures':
    case 'read-history':
      return readForPage(command);
    case 'reset-journal':
      await journal.reset();
      await monitor.reconcile('all');
      return changed();
  }
}

/** Shows the badge or not; and once automatic retry is switched off, nothing more comes of what it had planned. */
async function followSettings(): Promise<void> {
  await updateToolbar();
  if ((await readSettings()).automaticRetry) return;
  if ((await journal.change('queue', withoutPlan)).length > 0) changed();
}

/** What a server said may come after the failure was written down. */
async function heedAnswers(): Promise<void> {
  if ((await journal.heedAnswers()).length > 0) changed();
}

const catchUp = (): Promise<void> =>
  inOrder(() => monitor.reconcile('recent'), retrier.settleOverdue, scheduler.run);

onDownloadChanged((id, stateChanged) => {
  wakeSoon('second-look');
  unattended(monitor.look(id, stateChanged));
});
onWake(() => void catchUp());
onDownloadErased((id) => unattended(monitor.lookForVanished(id)));
onFirstRun(() => void inOrder(keepStorage, () => monitor.reconcile('all'), keeper.repair));
onOnline(() => unattended(scheduler.run()));
onSettingsChanged(() => unattended(followSettings()));
watchServers(() => unattended(heedAnswers()));
onNotificationPressed(() => unattended(openHistory()));
onHistoryCommand(() => unattended(openHistory()));
onCommand(carryOut);

// The background may have died over any of these, and the browser forgets the badge when it ends.
void inOrder(catchUp, updateToolbar, keeper.trim);
