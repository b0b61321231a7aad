/** Which of the built files a page or a script needs. Names are paths in the extension; `read` gives a file's text. */
type Read = (name: string) => string;

const STATIC = /(?:^|[;}])import(?:[^;]*?from)?\s*["'`]([^"'`]+)["'`]/g;
const DYNAMIC = /\bimport\(\s*["'`]([^"'`]+)["'`]\s*\)/g;
const IN_PAGE = /(?:src|href)="([^"]+)"/g;

function references(read: Read, name: string, pattern: RegExp): string[] {
  return [...read(name).matchAll(pattern)].map(([, path = '']) =>
    new URL(path, new URL(name, 'http://extension/')).pathname.slice(1),
  );
}

/** A page or a script, and all that the browser loads before it can run. */
export function loadedBy(read: Read, name: string, loaded = new Set<string>()): Set<string> {
  if (loaded.has(name)) return loaded;
  loaded.add(name);
  const pattern = name.endsWith('.html') ? IN_PAGE : name.endsWith('.js') ? STATIC : undefined;
  for (const other of pattern ? references(read, name, pattern) : []) loadedBy(read, other, loaded);
  return loaded;
}

/** What is loaded only when the page or script asks for it. */
export function loadedLater(read: Read, name: string): Set<string> {
  const first = loadedBy(read, name);
  const later = new Set<string>();
  const visited = new Set(first);
  for (const one of visited) {
    if (!one.endsWith('.js')) continue;
    for (const other of references(read, one, DYNAMIC)) {
      for (const needed of loadedBy(read, other)) {
        visited.add(needed);
        if (!first.has(needed)) later.add(needed);
      }
    }
  }
  return later;
}
