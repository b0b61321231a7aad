import type { BrowserSession } from '../launch.ts';
import { EMPTY_PAGE } from './extension.ts';
import type { StartUpResult } from './results.ts';
import { median } from './statistics.ts';

/** What the browser's trace says, as far as it is read here. Times are in microseconds. */
interface TraceEvent {
  name: string;
  ts: number;
  dur: number;
  tid: number;
  args: unknown;
}

/** From the message that wakes the background until its start is over, in ms. */
const SETTLING_MS = 1_000;

/** What one start took, in ms, from its trace; undefined when the trace has no start from beginning to end. */
function startIn(events: readonly TraceEvent[]): StartUpResult | undefined {
  const ofBackground = ({ args }: TraceEvent): boolean => JSON.stringify({ args }).includes('/background.js');
  const find = (name: string): TraceEvent | undefined =>
    events.find((event) => event.name === name && ofBackground(event));
  const wake = find('ServiceWorkerVersion::StartWorker');
  const compile = find('v8.compileModule');
  const evaluate = events.find(
    ({ name, tid, ts }) => compile && name === 'v8.evaluateModule' && tid === compile.tid && ts > compile.ts,
  );
  if (!wake || !compile || !evaluate) return undefined;
  return {
    compile: compile.dur / 1000,
    evaluate: evaluate.dur / 1000,
    wakeToListening: (evaluate.ts + evaluate.dur - wake.ts) / 1000,
  };
}

/**
 * Ends the background and has a message wake it, so many times. All its listeners are registered while its script is
 * evaluated, or it would miss what woke it.
 */
export async function measureStartUp(session: BrowserSession, wakes: number): Promise<StartUpResult> {
  const page = await session.openExtensionPage(EMPTY_PAGE, { ready: 'p' });
  const starts: StartUpResult[] = [];
  let seen: string[] = [];
  for (let tries = 0; starts.length < wakes; tries += 1) {
    if (tries === 3 * wakes) {
      throw new Error(`The trace shows no start of the background, only: ${seen.join(', ') || 'nothing'}.`);
    }
    await session.killBackground();
    await page.tracing.start({ categories: ['v8', 'ServiceWorker'] });
    await page.evaluate(
      `void chrome.runtime.sendMessage({ command: 'mark-all-seen' }).catch(() => undefined)`,
    );
    await new Promise((resolve) => setTimeout(resolve, SETTLING_MS));
    const recorded = Buffer.from((await page.tracing.stop()) ?? []).toString();
    const events: TraceEvent[] = JSON.parse(recorded).traceEvents;
    // An event may have woken it between its end and the trace.
    const start = startIn(events);
    if (start) starts.push(start);
    else seen = [...new Set(events.map(({ name }) => name))];
  }
  await page.close();
  const middle = (of: keyof StartUpResult): number => median(starts.map((start) => start[of]));
  return {
    compile: middle('compile'),
    evaluate: middle('evaluate'),
    wakeToListening: middle('wakeToListening'),
  };
}
