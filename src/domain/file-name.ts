import type { Attempt, Failure } from './failure.ts';

const isWindowsPath = (path: string): boolean => /^([a-z]:)?\\/i.test(path);

/** The last part of a Windows, macOS or Linux path. On the latter two a backslash is an ordinary character. */
export function baseName(path: string): string {
  return path.split(isWindowsPath(path) ? /[\\/]/ : '/').at(-1) ?? '';
}

/** A part of an address without its percent escapes. */
export function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // Not every percent sign starts an escape.
    return segment;
  }
}

function parsed(url: string): URL | undefined {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}

/** The host and port of an address, or its scheme if it has no host; empty if it is not an address. */
export function hostOf(url: string): string {
  const address = parsed(url);
  return address ? address.host || address.protocol : '';
}

export const withoutFragment = (url: string): string => url.replace(/#.*/s, '');

/** A name without its ending. */
export const stem = (name: string): string => name.replace(/\.[^.]*$/, '');

/** Text with nothing to see in it: only blanks and invisible characters. */
const unseen = /^[\s\u2800\p{Default_Ignorable_Code_Point}]*$/u;

/** The last part of an address; empty for `data:`, whose content is not a name. */
function nameInAddress(url: string): string {
  const address = parsed(url);
  return address && address.protocol !== 'data:'
    ? baseName(decoded(address.pathname.split('/').at(-1) ?? ''))
    : '';
}

/** The name the browser chose, else the end of the address, else the host: the first of these that can be seen. */
export function fileName({
  filename,
  url,
  attempts,
}: Pick<Failure, 'filename' | 'url' | 'attempts'>): string {
  const decided = baseName(filename);
  const asked = nameInAddress(url);
  // Chrome takes the extension from an error page: manual.pdf is then called manual.txt. Both do that with a page in the
  // file's place, or take the name of one that they were sent on to.
  const isPage = (attempt: Attempt): boolean =>
    attempt.state === 'failed' && attempt.reason === 'SUSPECT_PAGE';
  const ofErrorPage =
    attempts.every((attempt) => attempt.bytesReceived === 0 || isPage(attempt)) &&
    (stem(decided) === stem(asked) || (attempts.some(isPage) && /\.x?html?$/i.test(decided)));
  const names = [ofErrorPage ? asked : decided, asked, hostOf(url), url];
  return names.find((name) => !unseen.test(name)) ?? '?';
}

/**
 * Control characters and the bidirectional embeddings, overrides and isolates, which can make `exe.gpj` read as
 * `jpg.exe`. The plain marks (U+200E, U+200F) stay: names in right-to-left scripts need them.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: naming them is this pattern's purpose.
const deceptive = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Text from an unknown source, with deceptive characters made visible: `‹U+202E›`. */
export function visibleText(text: string): string {
  return text.replace(deceptive, (character) => {
    const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    return `‹U+${code}›`;
  });
}
