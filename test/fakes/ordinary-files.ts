/** A file as servers send it. */
export interface OrdinaryFile {
  name: string;
  /** The Content-Type; null if there is none. */
  type: string | null;
  /** Whether it gets smaller when it is compressed. */
  compressible: boolean;
}

const file = (name: string, type: string | null, compressible: boolean): OrdinaryFile => ({
  ...{ name, type, compressible },
});

/** Forty kinds of files, of which nothing is wrong. */
export const ordinaryFiles: readonly OrdinaryFile[] = [
  file('archive.zip', 'application/zip', false),
  file('source-1.2.tar.gz', 'application/gzip', false),
  file('source.tgz', 'application/octet-stream', false),
  file('backup.7z', 'application/x-7z-compressed', false),
  file('data.tar.xz', 'application/x-xz', false),
  file('data.tar', 'application/x-tar', true),
  file('package.deb', 'application/vnd.debian.binary-package', false),
  file('app.apk', 'application/vnd.android.package-archive', false),
  file('library.jar', 'application/java-archive', false),
  file('setup.exe', 'application/x-msdownload', true),
  file('setup.msi', 'binary/octet-stream', false),
  file('disk.iso', 'application/x-iso9660-image', true),
  file('disk.dmg', 'application/octet-stream', false),
  file('report.pdf', 'application/pdf', false),
  file('letter.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', false),
  file('table.xlsx', 'application/octet-stream', false),
  file('table.xls', 'text/html', true),
  file('letter.doc', 'application/msword', true),
  file('book.epub', 'application/epub+zip', false),
  file('photo.jpg', 'image/jpeg', false),
  file('picture.png', 'image/png', false),
  file('drawing.svg', 'image/svg+xml', true),
  file('picture.webp', 'image/webp', false),
  file('song.mp3', 'audio/mpeg', false),
  file('song.flac', 'audio/flac', false),
  file('film.mp4', 'video/mp4', false),
  file('film.mkv', null, false),
  file('font.woff2', 'font/woff2', false),
  file('data.json', 'application/json', true),
  file('data.csv', 'text/csv', true),
  file('feed.xml', 'application/xml', true),
  file('notes.txt', 'text/plain', true),
  file('README', 'text/html', true),
  file('readme.md', 'text/html', true),
  file('script.js', 'text/javascript', true),
  file('main.c', 'text/html; charset=utf-8', true),
  file('page.html', 'text/html; charset=utf-8', true),
  file('page.xhtml', 'application/xhtml+xml', true),
  file('model.safetensors', 'application/octet-stream', false),
  file('ubuntu.torrent', 'application/x-bittorrent', true),
];
