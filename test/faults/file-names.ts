/** File names that a careless program shows wrongly, or writes to the wrong place. */
export const HOSTILE_NAMES: readonly { readonly what: string; readonly name: string }[] = [
  { what: 'HTML that would run a script', name: '<img src=x onerror=alert(1)>.zip' },
  { what: 'A right-to-left override that hides the real ending', name: 'invoice-\u202Efdp.exe' },
  { what: '200 characters', name: `${'long-'.repeat(39)}x.zip` },
  { what: 'A path out of the download folder', name: '../../evil.sh' },
  { what: 'A Windows path', name: '..\\..\\evil.bat' },
  { what: 'A device name that Windows reserves', name: 'CON.txt' },
  { what: 'Emoji', name: '🎉 party 👩‍👩‍👧.mp4' },
  { what: 'No name at all', name: '' },
  { what: 'Line breaks that would add a header', name: 'a\r\nSet-Cookie: stolen=1\r\n.zip' },
  { what: 'Quotes, backslash and percent', name: 'say "50%25" \\ done.zip' },
  { what: 'A spreadsheet formula', name: '=HYPERLINK("http://evil.example")+.csv' },
];

/** A Content-Disposition header (RFC 6266) that makes the browser save the answer as `name`. */
export function attachment(name: string): string {
  // The plain form allows no control or non-ASCII character; filename* carries the true name beside it.
  const plain = name.replace(/[^\x20-\x7e]/gu, '_').replace(/["\\]/g, '\\$&');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
