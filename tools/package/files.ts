import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from '../paths.ts';

/** A file that goes into a zip. */
export interface PackedFile {
  /** Its path in the zip, with `/` between folders. */
  name: string;
  content: Buffer;
}

/** What is made from the sources and so is none of them. */
const made = ['node_modules', 'dist', 'artifacts'];

/** Only a folder that is itself a repository counts: the source zip may have been unpacked inside of another. */
const inRepository = (): boolean => existsSync(join(root, '.git'));

const git = (...args: string[]): string => execFileSync('git', args, { cwd: root, encoding: 'utf8' });

function read(folder: string, names: readonly string[]): PackedFile[] {
  return names.map((name) => ({ name, content: readFileSync(join(folder, name)) }));
}

/** Every file in a folder, but for what lies in the folders at its top that are named in `without`. */
export function filesIn(folder: string, without: readonly string[] = []): PackedFile[] {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
  return read(
    folder,
    names.filter((name) => !without.includes(name.split('/')[0] ?? '')),
  );
}

/**
 * The files of the sources as they are here now: what git tracks, and what it would be given next. In an unpacked
 * source zip these are all that came with it.
 */
export function sourceFiles(): PackedFile[] {
  if (!inRepository()) return filesIn(root, made);
  const names = git('ls-files', '-z', '--cached', '--others', '--exclude-standard')
    .split('\0')
    .filter(Boolean);
  // One that was removed stays listed until that is committed.
  return read(
    root,
    names.filter((name) => statSync(join(root, name), { throwIfNoEntry: false })?.isFile()),
  );
}

/** Whether no commit holds the sources as they are here now. */
export function isUncommitted(): boolean {
  return inRepository() && git('status', '--porcelain') !== '';
}
