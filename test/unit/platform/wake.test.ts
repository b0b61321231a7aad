import { afterEach, beforeEach, expect, it, vi } from 'vitest';

const alarms = new Map<string, number>();
let calls = 0;

vi.mock('../../../src/platform/browser.ts', () => ({
  default: {
    alarms: {
      async create(name: string, { delayInMinutes }: { delayInMinutes: number }) {
        calls += 1;
        alarms.set(name, Date.now() + delayInMinutes * 60_000);
      },
      async clear(name: string) {
        calls += 1;
        alarms.delete(name);
      },
    },
  },
}));

const NOW = 1_780_000_000_000;
let wakes: typeof import('../../../src/platform/wake.ts');

/** When the alarm comes, in s from now. */
const alarm = (): number | undefined => {
  const at = alarms.get('retry');
  return at === undefined ? undefined : Math.round((at - NOW) / 1000);
};

beforeEach(async () => {
  vi.useFakeTimers({ now: NOW, toFake: ['Date'] });
  alarms.clear();
  calls = 0;
  vi.resetModules();
  wakes = await import('../../../src/platform/wake.ts');
});

afterEach(() => {
  vi.useRealTimers();
});

it('an alarm comes when it is wanted, or as soon after as the browser lets it', () => {
  wakes.wakeAt('retry', NOW + 90_000);
  expect(alarm()).toBe(90);
  wakes.wakeAt('retry', NOW + 10_000);
  expect(alarm()).toBe(30);
});

it('an alarm is put off when nothing is wanted so soon any more', () => {
  wakes.wakeSoon('retry');
  wakes.wakeAt('retry', NOW + 240_000);
  expect(alarm()).toBe(240);
});

it('an alarm that fits is left as it is', () => {
  wakes.wakeSoon('retry');
  vi.setSystemTime(NOW + 5_000);
  wakes.wakeSoon('retry');
  wakes.wakeAt('retry', NOW + 20_000);
  expect([alarm(), calls]).toEqual([30, 1]);
  wakes.wakeAt('retry', NOW + 300_000.4);
  wakes.wakeAt('retry', NOW + 300_000.6);
  expect([alarm(), calls]).toEqual([300, 2]);
});

it('an alarm that is not wanted any more is taken back, also one of an earlier run', () => {
  alarms.set('retry', NOW + 60_000);
  wakes.letSleep('retry');
  expect(alarm()).toBeUndefined();
  wakes.letSleep('retry');
  expect(calls).toBe(1);
});
