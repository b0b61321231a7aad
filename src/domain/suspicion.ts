/**
 * Whether what the browser calls complete may not be the file. A wrong yes disturbs somebody who has the file, a wrong
 * no leaves them to find out when it doesn't open: in doubt nothing is said.
 *
 * | suspicion           | because           | when                                                                     |
 * | ------------------- | ----------------- | ------------------------------------------------------------------------ |
 * | `SUSPECT_PAGE`      | `page-sent`       | HTML was sent for a kind of file that is never text, no larger than a page |
 * | `SUSPECT_EMPTY`     | `announced`       | nothing came, and more was announced                                     |
 * |                     | `never-empty`     | nothing came, of a kind of file that always has something in it          |
 * | `SUSPECT_CUT_SHORT` | `less-than-announced` | less is on disk than was announced, even if it was sent compressed   |
 *
 * | none                | why                                                                                      |
 * | ------------------- | ---------------------------------------------------------------------------------------- |
 * | `not-measured`      | the browser doesn't say how much is on disk                                              |
 * | `may-be-empty`      | such as `.gitkeep` and `__init__.py`                                                     |
 * | `may-be-text`       | HTML was sent for what may be text or a page, such as `page.html.gz`: servers do that    |
 * | `too-large`         | HTML was sent, but no page is that large: the server has no better type for its files    |
 * | `saved-page`        | of a saved page the browser counts all parts together, and the file is one of them       |
 * | `as-announced`      | as much came as was announced, or nothing was announced, or compression hides the rest   |
 */
import type { DownloadSnapshot } from './failure.ts';
import { baseName, stem } from './file-name.ts';
import type { SuspicionReason } from './reasons.ts';
import { fileInAddress, plainName } from './same-file.ts';

export type SuspicionVerdict =
  | { reason: 'SUSPECT_PAGE'; because: 'page-sent' }
  | { reason: 'SUSPECT_EMPTY'; because: 'announced' | 'never-empty' }
  | { reason: 'SUSPECT_CUT_SHORT'; because: 'less-than-announced' }
  | {
      reason: null;
      because: 'not-measured' | 'may-be-empty' | 'may-be-text' | 'too-large' | 'saved-page' | 'as-announced';
    };

/** What of a download tells whether the file came. */
export type Arrived = Pick<
  DownloadSnapshot,
  'url' | 'finalUrl' | 'filename' | 'ours' | 'sizeOnDisk' | 'totalBytes' | 'sentType' | 'request'
>;

type Named = Pick<Arrived, 'url' | 'finalUrl' | 'filename' | 'request'>;

/** Kinds of files that are never text and never empty, by the ending of their names. */
const alwaysFull: ReadonlySet<string> = new Set(
  [
    'zip 7z rar gz tgz bz2 tbz tbz2 xz txz zst tzst lz lzma cab deb rpm apk aab jar war xpi crx whl gem nupkg vsix',
    'tar bin dmg iso img vhd vhdx ova qcow2 pkg msi msix appx exe appimage',
    'png jpg jpeg gif webp avif heic heif bmp tif tiff ico psd jxl cr2 nef arw dng',
    'mp3 m4a m4b aac flac ogg oga opus wav wma aiff mid midi',
    'mp4 m4v mkv webm avi mov wmv flv mpg mpeg 3gp m2ts ogv',
    // Not doc, xls and ppt: many sites send tables as HTML under these names, which Office opens (see below).
    'pdf epub mobi azw3 djvu docx docm xlsx xlsm xlsb pptx pptm odt ods odp',
    'ttf otf woff woff2 torrent swf wasm pyc class parquet npz npy blend safetensors gguf',
  ].flatMap((line) => line.split(' ')),
);

/** The same for those that may be empty, as a database is before anything is written. */
const neverText: ReadonlySet<string> = new Set(['db', 'sqlite']);

/** The same for those that may be text. */
const neverEmpty: ReadonlySet<string> = new Set(['doc', 'xls', 'ppt']);

/** The endings of what a browser saves as a page with all that belongs to it. */
const ofPage = /^([xs]?html?|mht(ml)?|xml|svg)$/;

/** A page that was packed: servers give it the type of the page, with the packing as the encoding. */
const packedPage = /\.[xs]?html?\.[a-z0-9]+$/i;

/** The largest page (in bytes). Few are that large without what they load. */
const LARGEST_PAGE = 1_000_000;
/**
 * The same for what was named as a file to be saved: more often than not that is one, sent by a program that left the
 * type at its default.
 */
const LARGEST_ATTACHED_PAGE = 64_000;

/**
 * How much larger (in bytes) than the file a transfer of it can be that was to compress it, at the worst: 5 bytes for
 * 16 kB, and what stands around them.
 */
const compressionLoss = (size: number): number => 128 + size / 1_000;

/** The ending of a file's name, in small letters; empty without one. */
export const endingOf = (path: string): string =>
  /[^.]\.([a-z0-9]{1,12})$/i.exec(baseName(path))?.[1]?.toLowerCase() ?? '';

/**
 * The kind of file that was wanted, as an ending. Both browsers save a page that comes for a link to `archive.zip` as
 * `archive.html`, or by the name of the page that it was redirected to. A page that somebody saves has another name.
 */
export function wantedEnding({ url, finalUrl, filename, request }: Named): string {
  const ending = endingOf(filename);
  const asked = fileInAddress(url);
  if (asked === null || !ofPage.test(ending)) return ending;
  const ledTo = fileInAddress(request?.url ?? finalUrl);
  return ledTo !== asked || stem(plainName(filename) ?? '') === stem(asked) ? endingOf(asked) : ending;
}

/** Whether the name is not from the address: then the server gave it, or the page with the link, as that of a file. */
function isNamedAsFile({ url, finalUrl, ours, request }: Arrived, ending: string): boolean {
  if (request) return request.attachment === true;
  return !ours && [url, finalUrl].every((address) => endingOf(fileInAddress(address) ?? '') !== ending);
}

export const isHtml = (type: string): boolean =>
  /^\s*(text\/html|application\/xhtml\+xml)\s*(;|$)/i.test(type);

const no = (because: Extract<SuspicionVerdict, { reason: null }>['because']): SuspicionVerdict => ({
  reason: null,
  because,
});

/** What a completed download gives reason to suspect. */
export function suspect(arrived: Arrived): SuspicionVerdict {
  const { filename, sizeOnDisk: size, totalBytes, request } = arrived;
  if (size === null) return no('not-measured');
  const wanted = wantedEnding(arrived);
  // What the browser counts goes first: of a text that Chrome saves from a tab it counts files. Of a range the server
  // announces the range.
  const announced = totalBytes ?? (request?.status === 200 ? request.length : null) ?? 0;
  const isPlain = request !== undefined && request.encoding === undefined;
  const isLess = size + (isPlain ? 0 : compressionLoss(size)) < announced;
  if (size === 0) {
    if (isLess) return { reason: 'SUSPECT_EMPTY', because: 'announced' };
    return alwaysFull.has(wanted) || neverEmpty.has(wanted)
      ? { reason: 'SUSPECT_EMPTY', because: 'never-empty' }
      : no('may-be-empty');
  }
  // If the two disagree, the request may be that of the page from which the file was made.
  const types = [request?.type ?? null, arrived.sentType].filter((type) => type !== null);
  const isPage = types.length > 0 && types.every(isHtml);
  const largest = isNamedAsFile(arrived, wanted) ? LARGEST_ATTACHED_PAGE : LARGEST_PAGE;
  const neverPage =
    (alwaysFull.has(wanted) || neverText.has(wanted)) && !packedPage.test(plainName(filename) ?? '');
  if (isPage && neverPage && size <= largest) return { reason: 'SUSPECT_PAGE', because: 'page-sent' };
  if (isLess)
    return ofPage.test(endingOf(filename))
      ? no('saved-page')
      : { reason: 'SUSPECT_CUT_SHORT', because: 'less-than-announced' };
  if (!isPage) return no('as-announced');
  return no(neverPage ? 'too-large' : 'may-be-text');
}

/** How much of the file was announced: in bytes, null if unknown or of something else. */
export const announcedFor = (reason: SuspicionReason, { totalBytes, request }: Arrived): number | null =>
  reason === 'SUSPECT_PAGE' ? null : (totalBytes ?? (request?.status === 200 ? request.length : null));
