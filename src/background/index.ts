/** Registers every listener synchronously: one added later would miss the event that woke the background. */
import { counted, isRemembered, kindIn, kindOf } from '../domain/accepted.ts';
import {
  accept,
  completedDownloadsSchema,
  type Failure,
  markSeen,
  reopen,
  suspectAgain,
} from '../domain/failure.ts';
import { fileName, visibleText } from '../domain/file-name.ts';
import { isSuspicion } from '../domain/reasons.ts';
import { awaitLink, withoutPlan } from '../domain/retry-policy.ts';
import { automaticRulesOf, longestAgeOf, retentionOf } from '../domain/settings.ts';
import { changeAccepted, forgetAccepted, readAccepted } from '../platform/accepted.ts';
import { showOnButton } from '../platform/action.ts';
import { browserDownloads } from '../platform/browser-downloads.ts';
import { announceChange, type Changed } from '../platform/changes.ts';
import { chromePageStarts, watchPageStarts } from '../platform/chrome-page-starts.ts';
import { coalesced } from '../platform/coalesced.ts';
import { isOnline, onOnline } from '../platform/connection.ts';
import {
  onDownloadChanged,
  onDownloadCreated,
  onDownloadErased,
  onFirstRun,
  onHistoryCommand,
  onInstalled,
} from '../platform/events.ts';
import { seenRequests, settleRequests, watchRequests } from '../platform/evidence.ts';
import { hostTroubles } from '../platform/host-troubles.ts';
import { plural, text } from '../platform/i18n.ts';
import { createDeletedItems, deletedSchema } from '../platform/journal/deleted-items.ts';
import { inSession } from '../platform/journal/in-session.ts';
import { createJournal } from '../platform/journal/journal.ts';
import { readForPage } from '../platform/journal/reads.ts';
import type { Selection } from '../platform/journal/row.ts';
import * as stored from '../platform/journal/stored.ts';
import type { Change } from '../platform/journal/work.ts';
import { onCommand } from '../platform/messages.ts';
import { localValue, sessionValue } from '../platform/named-value.ts';
import { mayNotify, notify, onNotificationPressed } from '../platform/notifications.ts';
import { noPageStarts } from '../platform/page-starts.ts';
import { openHistory, openWelcome } from '../platform/pages.ts';
import { onPermissionsChanged } from '../platform/permissions.ts';
import { keepStorage } from '../platform/persistence.ts';
import { onSettingsChanged, readSettings, standardSettings } from '../platform/settings.ts';
import { target } from '../platform/target.ts';
import { unattended } from '../platform/unattended.ts';
import { onWake, wakeAt, wakeSoon } from '../platform/wake.ts';
import { welcomed } from '../platform/welcomed.ts';
import { createKeeper } from './keeper.ts';
import { createMonitor } from './monitor.ts';
import { createNotifier, type News } from './notifier.ts';
import { createPlannedJournal } from './planner.ts';
import { createRetrier } from './retrier.ts';
import { createRounds } from './rounds.ts';
import { createScheduler } from './scheduler.ts';
import { createToolbar } from './toolbar.ts';
import { createWaitingRoom } from './waiting-room.ts';

const now = Date.now;
/** For work that can use the default settings when the browser can't read the person's. */
const settingsOrStandard = () =>
  readSettings().catch((error: unknown) => {
    console.error('The settings can not be read.', error);
    return standardSettings;
  });
const automaticRules = async () => automaticRulesOf(await readSettings());
const downloads = browserDownloads();
const journal = createPlannedJournal({
  journal: createJournal({
    stored,
    inSession,
    deleted: createDeletedItems({
      disk: localValue('deleted-items', deletedSchema, {}),
      memory: sessionValue('deleted-items', deletedSchema, {}),
      now,
    }),
    healthChanged: () => announce('anything'),
  }),
  rules: automaticRules,
  troubles: hostTroubles,
  requests: seenRequests,
  async minds() {
    if (!(await settingsOrStandard()).suspicions) return () => false;
    const [ordinary, inPrivate] = await Promise.all([readAccepted(false), readAccepted(true)]).catch(
      (error: unknown) => {
        console.error('What was said to be fine can not be read.', error);
        return [[], []];
      },
    );
    return (download, reason) => {
      const kind = kindOf(download, reason);
      // What was said in an ordinary window holds in private ones, too.
      return !isRemembered(ordinary, kind) && !(download.incognito && isRemembered(inPrivate, kind));
    };
  },
  now,
  random: Math.random,
});
const monitor = createMonitor({
  browser: target,
  downloads,
  journal,
  cameBeside: sessionValue('came-beside', completedDownloadsSchema, []),
  now,
  newId: () => crypto.randomUUID(),
  changed: monitorChanged,
});
const lookAtWaiting = createWaitingRoom({
  requests: seenRequests,
  settle: settleRequests,
  monitor,
  now,
  wakeSoon: () => wakeSoon('second-look'),
});
const pageStarts = target === 'chrome' ? chromePageStarts() : noPageStarts;
const retrier = createRetrier({ downloads, pageStarts, journal, monitor, now, changed });
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
  changed: () => announce('anything'),
});
const updateToolbar = createToolbar({
  async status() {
    const [{ unseen, open }, { badge }, health] = await Promise.all([
      journal.counts(),
      settingsOrStandard(),
      journal.health(),
    ]);
    const doubtful = Object.keys(open).some(isSuspicion);
    return { unseen, doubtful, numbered: badge, broken: health.state === 'broken' };
  },
  show: showOnButton,
});

function announce(what: Changed): void {
  announceChange(what);
  unattended(updateToolbar());
  unattended(scheduler.run());
}

function changed(failures: readonly Failure[]): void {
  if (failures.length > 0) announce(failures.map(({ id }) => id));
}

const notifier = createNotifier({
  journal,
  wanted: async () => (await settingsOrStandard()).notifications && (await mayNotify()),
  show: (id, news) => notify(id, newsText(news), text('notify_open')),
});

function newsText(news: News): string {
  switch (news.kind) {
    case 'one':
      return text(
        isSuspicion(news.failure.reason) ? 'notify_suspect' : 'notify_single',
        visibleText(fileName(news.failure)),
      );
    case 'some':
      return plural(news.suspect ? 'notify_suspects' : 'notify_some', news.count, news.host);
    case 'private':
      return text(news.suspect ? 'notify_private_suspect' : 'notify_private');
  }
}

function monitorChanged(failures: readonly Failure[]): void {
  retrier.notice(failures);
  notifier.notice(failures);
  changed(failures);
}

/** Runs the steps one after another. If one fails, that is logged and the next still runs. */
async function inOrder(...steps: (() => Promise<unknown>)[]): Promise<void> {
  for (const step of steps) await step().catch(console.error);
}

/** Changes records, announces that, and returns how many changed. */
async function change(selection: Selection, decide: Change): Promise<number> {
  const failures = await journal.change(selection, decide);
  changed(failures);
  return failures.length;
}

/** The person says that what came is fine (1), or takes that back (-1). */
async function judge(id: string, decide: Change, more: 1 | -1): Promise<void> {
  const failures = await journal.change({ ids: [id] }, decide);
  changed(failures);
  for (const failure of failures) {
    const kind = kindIn(failure);
    if (kind) await changeAccepted(failure.incognito, (before) => counted(before, kind, more));
  }
}

/** Updates the badge, and drops planned tries if automatic retry is off. */
async function followSettings(): Promise<void> {
  await updateToolbar();
  if ((await readSettings()).automaticRetry) return;
  await change('queue', withoutPlan);
}

/**
 * Shows the page only once, even if the extension is removed and installed again while the browser still has what it
 * stored.
 */
async function welcome(): Promise<void> {
  if ((await welcomed.read()) || !(await settingsOrStandard()).welcome) return;
  await welcomed.write(true);
  await openWelcome();
}

/** Applies evidence that came after its failure was recorded. */
const heedEvidence = coalesced(async () => changed(await journal.heedEvidence()));

const catchUp = (): Promise<void> =>
  inOrder(() => monitor.reconcile('recent'), lookAtWaiting, retrier.settleOverdue, scheduler.run);

onDownloadChanged((id, stateChanged) => {
  wakeSoon('second-look');
  unattended(monitor.hear(id, stateChanged));
});
onDownloadCreated((id) => unattended(monitor.hear(id, false)));
onWake(() => void catchUp());
onDownloadErased((id) => unattended(monitor.lookForVanished(id)));
onFirstRun(() => void inOrder(keepStorage, () => monitor.reconcile('all'), keeper.repair));
onInstalled(() => unattended(welcome()));
onOnline(() => unattended(scheduler.run()));
onSettingsChanged(() => unattended(followSettings()));
watchRequests(() => {
  unattended(heedEvidence());
  unattended(lookAtWaiting());
});
if (target === 'chrome') watchPageStarts(pageStarts, (request) => unattended(retrier.cameToNothing(request)));
onPermissionsChanged(() => unattended(retrier.followReach()));
onNotificationPressed(() => unattended(openHistory()));
onHistoryCommand(() => unattended(openHistory()));
onCommand({
  retry: ({ id }) => retrier.retry(id, 'person'),
  cancel: ({ id }) => retrier.cancel(id),
  'retry-all': rounds.all,
  'retry-group': ({ reason }) => rounds.group(reason),
  'retry-many': ({ ids }) => rounds.many(ids),
  'stop-round': rounds.stop,
  async 'close-round'({ id }) {
    await journal.closeRound(id);
    announce([]);
  },
  dismiss: ({ ids }) => rounds.dismiss(ids),
  restore: ({ ids }) => rounds.restore(ids),
  async delete({ ids }) {
    await journal.remove(ids);
    announce(ids);
    // What is asked for as the page does, for one of them, is taken back.
    unattended(retrier.settleOverdue());
  },
  async 'await-link'({ id }) {
    await change({ ids: [id] }, (failure) => awaitLink(failure, now()));
  },
  async 'not-this-file'({ id }) {
    await change({ ids: [id] }, reopen);
  },
  accept: ({ id }) => judge(id, accept, 1),
  'suspect-again': ({ id }) => judge(id, suspectAgain, -1),
  'forget-accepted': forgetAccepted,
  async 'mark-all-seen'() {
    await change('unseen', markSeen);
  },
  async imported() {
    announce('anything');
  },
  async 'reset-journal'() {
    await journal.reset();
    await monitor.reconcile('all');
    announce('anything');
  },
  read: ({ what, asked }) => readForPage(what, asked),
});

// The background may have died during any of these, and the browser forgets the badge when it closes.
void inOrder(catchUp, updateToolbar, keeper.trim);
