import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrowserSession, launch } from '../../../tools/launch.ts';
import { type FaultServer, startFaultServer } from '../../faults/server.ts';
import { readPopup } from '../popup-page.ts';
import { Coverage } from './coverage.ts';
import { expectedCounts, firefoxReasons } from './expected-reasons.ts';
import { firefoxFaults } from './firefox-faults.ts';
import type { Bench } from './live-fault.ts';
import { expectRowOf, fileNameFor } from './shown-row.ts';

const coverage = new Coverage('Firefox', (reason) =>
  firefoxReasons.includes(reason) ? undefined : 'Firefox never gives it',
);

afterAll(() => console.log(coverage.report()));

describe('what really goes wrong in Firefox', () => {
  let faults: FaultServer;
  let session: BrowserSession;
  let bench: Bench;
  let popup: Page;

  beforeAll(async () => {
    faults = await startFaultServer();
    session = await launch('firefox');
    bench = { faults, session, starter: await session.openExtensionPage('popup.html') };
    popup = await session.openExtensionPage('popup.html');
  });

  afterAll(async () => {
    await session?.close();
    await faults?.close();
  });

  for (const { reason, how, bringAbout } of firefoxFaults) {
    it(`is ${reason} when ${how}`, async () => {
      await bringAbout(bench, fileNameFor(reason));
      await expectRowOf(popup, reason, 'firefox');
      coverage.sawLive(reason, how);
    });
  }

  it('has one failure in each of the groups, of all eight reasons that Firefox gives', async () => {
    expect(coverage.live.toSorted()).toEqual(firefoxReasons.toSorted());
    expect((await readPopup(popup)).counts).toEqual(expectedCounts(firefoxReasons));
  });
});
