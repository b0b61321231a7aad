/** The kinds of files that have their own colour, by file extension. */
const kinds: [kind: string, endings: RegExp][] = [
  ['image', /^(png|jpe?g|gif|webp|svg|avif|heic|bmp|tiff?|psd)$/],
  ['media', /^(mp[34]|m4[av]|mkv|webm|avi|mov|ogg|opus|flac|wav|aac)$/],
  ['archive', /^(zip|rar|7z|t?[gbx]z2?|tar|zst|iso|img|dmg)$/],
  ['program', /^(exe|msi|deb|rpm|apk|pkg|appimage|xpi|crx|jar)$/],
  ['text', /^(pdf|docx?|odt|txt|md|epub|rtf|xlsx?|ods|csv|pptx?|odp|html?|xml|json)$/],
];

const LONGEST = 4;

/** A sheet of paper with the file extension, in the colour of its kind. */
export function FileIcon({ name }: { name: string }) {
  const ending = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  const kind = kinds.find(([, endings]) => endings.test(ending))?.[0] ?? 'other';
  return (
    <span class="file-icon" data-kind={kind} aria-hidden="true">
      {ending.length <= LONGEST ? ending : ''}
    </span>
  );
}
