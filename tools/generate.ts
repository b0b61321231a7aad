import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isNumberSetting, type SettingName, settingNames, settings } from '../src/domain/settings.ts';
import { root } from './paths.ts';
import { table } from './table.ts';
import { english } from './texts.ts';

const titleOf = (name: SettingName): string =>
  english[`option_${name}`]?.message.replace('$FIELD$', '…') ?? '';

function schemaOf(name: SettingName): object {
  const title = titleOf(name);
  if (!isNumberSetting(name)) return { title, type: 'boolean' };
  const { least, most } = settings[name];
  return { title, type: 'integer', minimum: least, maximum: most };
}

/** What Chrome is told of the settings that an administrator can set. */
function managedSchema(): string {
  const properties = Object.fromEntries(settingNames.map((name) => [name, schemaOf(name)]));
  return `${JSON.stringify({ type: 'object', properties }, null, 2)}\n`;
}

function valuesOf(name: SettingName): string {
  if (!isNumberSetting(name)) return '`true` or `false`';
  const { least, most } = settings[name];
  return `${least.toLocaleString('en')} to ${most.toLocaleString('en')}`;
}

/** The table in the guide for administrators, in the place of the one that is there. */
function administratorsGuide(guide: string): string {
  const rows = settingNames.map((name) => [`\`${name}\``, titleOf(name), valuesOf(name)]);
  const head = ['setting', 'what it sets', 'value'];
  return guide.replace(/(?:^\|.*\n)+/m, () => `${table(head, rows, head.length)}\n`);
}

const guide = 'docs/administrators.md';

/** The files that are made from the settings, by their paths in the repository. */
export const generated = (): Record<string, string> => ({
  'public/managed-settings.json': managedSchema(),
  [guide]: administratorsGuide(readFileSync(join(root, guide), 'utf8')),
});

/** `npm run generate`: writes what follows from the settings. */
export default async function main(): Promise<number> {
  for (const [path, content] of Object.entries(generated())) writeFileSync(join(root, path), content);
  return 0;
}
