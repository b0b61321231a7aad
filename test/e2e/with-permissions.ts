import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extensionFolder } from '../../tools/paths.ts';

/** A copy of the build in which what a person would be asked for is granted from the start. */
export async function withPermissions(
  target: 'chrome' | 'firefox',
  built = extensionFolder(target),
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dfm-permissions-'));
  await cp(built, folder, { recursive: true });
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
  manifest.permissions.push(...manifest.optional_permissions);
  manifest.host_permissions = manifest.optional_host_permissions;
  delete manifest.optional_permissions;
  delete manifest.optional_host_permissions;
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  return folder;
}
