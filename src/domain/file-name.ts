import type { Failure } from './failure.ts';

const isWindowsPath = (path: string): boolean => /^([a-z]:)?\\/i.test(path);

/** The last part of a path of Windows, macOS or Linux; on the latter two a backslash is a letter like others. */
function baseName(path: string): string {
  return path.split(isWindowsPath(path) ? /[\\/]/ : '/').at(-1) ?? '';
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // Not every percent sign in the wild begins an escape.
    return segment;
  }
}

function parsed(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}

/** The host of an address with its port, or its scheme where there is none; empty for what is no address. */
export function hostOf(url: string): string {
  const address = parsed(url);
  return address ? address.host || address.protocol : '';
}

const stem = (name: string): string => name.replace(/\.[^.]*$/, '');

/** Nothing that anybody would see: blanks, and characters without a width or a shape. */
const unseen = /^[\s\u2800\p{Default_Ignorable_Code_Point}]*$/u;

/** The last part of an address; the content of a `data:` address is no name. */
function nameInAddress(url: string): string {
  const address = parsed(url);
  return address && address.protocol !== 'data:' ? decoded(address.pathname.split('/').at(-1) ?? '') : '';
}

/** The file's name as the browser decided it, else as the address ends, else the host; the first that can be seen. */
export function fileName({
  filename,
  url,
  attempts,
}: Pick<Failure, 'filename' | 'url' | 'attempts'>): string {
  const decided = baseName(filename);
  const asked = nameInAddress(url);
  // Of an error page Chrome takes the ending: manual.pdf is then called manual.txt.
  const ofErrorPage =
    stem(decided) === stem(asked) && attempts.every(({ bytesReceived }) => bytesReceived === 0);
  const names = [ofErrorPage ? asked : decided, asked, hostOf(url), url];
  return names.find((name) => !unseen.test(name)) ?? '?';
}

/**
 * Control characters and the bidirectional embeddings, overrides and isolates, which can make `exe.gpj` read as
 * `jpg.exe`. The plain marks (U+200E, U+200F) stay: names in right-to-left scripts need them.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: naming them is this pattern's purpose.
const deceptive = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** A text of unknown origin, with what could deceive the eye made visible: `‹U+202E›`. */
export function visibleText(text: string): string {
  return text.replace(deceptive, (character) => {
    const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    return `‹U+${code}›`;
  });
}
