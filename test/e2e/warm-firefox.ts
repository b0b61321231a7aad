import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { launch } from '../../tools/launch.ts';

/** Where Firefox keeps what it has compiled of its own scripts, and for which version. */
const kept = ['startupCache', 'compatibility.ini'];

/** Starts Firefox once before all tests: with what that start has compiled, each of theirs takes half the time. */
export default async function warmFirefox(): Promise<void> {
  const session = await launch('firefox', { keepProfile: true });
  await session.openExtensionPage('popup.html');
  await session.close();
  for (const name of await readdir(session.profile)) {
    if (!kept.includes(name)) await rm(join(session.profile, name), { recursive: true });
  }
  process.env.DFM_WARM_FIREFOX = session.profile;
}
