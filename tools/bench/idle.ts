/** What the extension costs a browser that nobody uses, while failures are open and automatic retry is on. */
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { type Failure, isOpen } from '../../src/domain/failure.ts';
import { classify } from '../../src/domain/reasons.ts';
import { planNext } from '../../src/domain/retry-policy.ts';
import { automaticRulesOf, settingsSchema } from '../../src/domain/settings.ts';
import { failureOf } from '../../test/fakes/failures.ts';
import { seedFailures } from '../../test/fakes/seed-journal.ts';
import { type FaultServer, startFaultServer } from '../../test/faults/server.ts';
import { bundleForBrowser } from '../bundle.ts';
import { type BrowserSession, launch } from '../launch.ts';
import { type Awake, watchAwake } from './background-worker.ts';
import type { IdleResult, Notes } from './results.ts';

const FAILURES = 100;
/** They are the open ones among the newest of so many in 90 days. */
const OF_ALL = 400;
/** How often (ms) the browsers tell their processor time: a background ends after 30 s, with nothing to do in the last ones. */
const SAMPLING_MS = 5_000;
/** How long (ms) a browser may take to come to rest after its start. */
const SETTLING_MS = 20_000;

/** Open failures of all kinds, whose addresses fail again at the server. */
function failuresAt(server: FaultServer, tries: number): Failure[] {
  const now = Date.now();
  const rules = automaticRulesOf({
    ...v.parse(settingsSchema, {}),
    automaticRetry: true,
    automaticTries: tries,
  });
  if (!rules) throw new Error('Automatic retry is off.');
  const failures: Failure[] = [];
  for (let index = 0; failures.length < FAILURES; index += 1) {
    const made = failureOf(index, OF_ALL, now);
    if (!isOpen(made)) continue;
    const host = `${new URL(made.url).hostname.replaceAll('.', '-')}.localhost`;
    const { category } = classify(made.reason, 'chrome');
    const fault =
      category === 'server' ? 'status/503/file.zip?' : 'reset/file.zip?resets=always&size=100000&';
    const url = server.url(`/${fault}key=${index}`, host);
    const failure = { ...made, url, finalUrl: url, referrer: null };
    failures.push({ ...failure, next: planNext(failure, { rules, now, random: Math.random() }) });
  }
  return failures;
}

/** A browser with something to do for the extension. */
interface Side {
  name: string;
  session: BrowserSession;
  server: FaultServer;
  /** Whether its background notes what it does. */
  noted: boolean;
}

/** Puts the failures into the journal, tells the background, and has it end. */
async function seed({ session }: Side, failures: readonly Failure[]): Promise<void> {
  const page = await session.openExtensionPage('options.html');
  await page.evaluate('chrome.storage.sync.set({ automaticRetry: true })');
  await seedFailures(page, failures);
  await page.evaluate("chrome.runtime.sendMessage({ command: 'imported' })");
  await new Promise((done) => setTimeout(done, 1_000));
  await page.close();
}

/** Sums up the processor time of a browser's processes, of which some begin and end meanwhile. */
async function watchProcessor({ browser }: BrowserSession): Promise<() => Promise<IdleResult['taken']>> {
  const cdp = await browser.target().createCDPSession();
  const latest = new Map<number, { type: string; cpuTime: number }>();
  const look = async () => {
    const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
    for (const { id, type, cpuTime } of processInfo) latest.set(id, { type, cpuTime });
  };
  await look();
  const before = new Map(latest);
  const timer = setInterval(() => void look(), SAMPLING_MS);
  return async () => {
    clearInterval(timer);
    await look();
    const taken = { renderer: 0, browser: 0, others: 0 };
    for (const [id, { type, cpuTime }] of latest) {
      const kind = type === 'renderer' || type === 'browser' ? type : 'others';
      taken[kind] += (cpuTime - (before.get(id)?.cpuTime ?? 0)) * 1_000;
    }
    return taken;
  };
}

async function measureSide(
  { name, session, server, noted }: Side,
  milliseconds: number,
  notesCode: string,
): Promise<IdleResult> {
  const taken = await watchProcessor(session);
  const { starts, awake }: Awake = await watchAwake(session, milliseconds);
  const processor = await taken();
  const notes: Notes[] = [];
  if (noted) {
    const page = await session.openExtensionPage('manifest.json', { ready: 'body' });
    notes.push(...JSON.parse(String(await page.evaluate(`${notesCode}; notes.all().then(JSON.stringify)`))));
  }
  return { name, starts, awake: awake / 1_000, retries: server.requests.length, taken: processor, notes };
}

/** An extension with a background that does nothing. */
async function makeIdleExtension(folder: string): Promise<void> {
  await mkdir(folder);
  const manifest = {
    manifest_version: 3,
    name: 'Nothing',
    version: '1',
    background: { service_worker: 'nothing.js' },
  };
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  await writeFile(join(folder, 'nothing.js'), '');
}

/**
 * Lets four browsers alone for so many minutes, all at once: with an extension that does nothing; with ours and failures
 * that were all tried often enough; with the same failures still to be retried; and once more with those, while the
 * background notes what it does, which takes some time itself.
 */
export async function measureIdle(
  folder: string,
  extensionDir: string,
  minutes: number,
): Promise<IdleResult[]> {
  const notesCode = await bundleForBrowser(join(import.meta.dirname, 'notes-in-worker.ts'), 'notes');
  const [nothing, noting] = [join(folder, 'nothing'), join(folder, 'noting')];
  await makeIdleExtension(nothing);
  await cp(extensionDir, noting, { recursive: true });
  const background = join(noting, 'background.js');
  await writeFile(background, `${notesCode}\n${await readFile(background, 'utf8')}`);
  const plans = [
    { name: 'without it', dir: nothing, tries: undefined, noted: false },
    { name: 'all given up', dir: extensionDir, tries: 0, noted: false },
    { name: 'to be retried', dir: extensionDir, tries: 5, noted: false },
    { name: 'the same, noted', dir: noting, tries: 5, noted: true },
  ];
  const sides: (Side & { tries: number | undefined })[] = [];
  try {
    for (const { dir, ...plan } of plans) {
      const server = await startFaultServer();
      sides.push({ ...plan, server, session: await launch('chrome', { extensionDir: dir }) });
    }
    await new Promise((done) => setTimeout(done, SETTLING_MS));
    for (const side of sides)
      if (side.tries !== undefined) await seed(side, failuresAt(side.server, side.tries));
    return await Promise.all(
      sides.map(async (side) => {
        await side.session.killBackground();
        return await measureSide(side, minutes * 60_000, notesCode);
      }),
    );
  } finally {
    await Promise.allSettled(sides.flatMap(({ session, server }) => [session.close(), server.close()]));
  }
}
