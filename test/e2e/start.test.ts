import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { launch } from '../../tools/launch.ts';
import { root } from '../../tools/paths.ts';
import { demonstrate } from '../../tools/start/demonstrate.ts';
import { startFaultServer } from '../faults/server.ts';
import { target } from './target.ts';

it(`npm start without a display shows ${target} at work`, async () => {
  const picture = join(root, `artifacts/popup-${target}.png`);
  rmSync(picture, { force: true });
  const faults = await startFaultServer();
  const session = await launch(target);
  const printed = vi.spyOn(console, 'log').mockImplementation(() => {});
  try {
    await demonstrate(session, faults);
    const lines = printed.mock.calls.flat().join('\n');
    expect(lines).toMatch(/The file was there [\d.]+ s later, and is gone from the list/);
    expect(existsSync(picture)).toBe(true);
  } finally {
    printed.mockRestore();
    await session.close();
    await faults.close();
  }
}, 120_000);
