import { crc32, deflateRawSync } from 'node:zlib';

/** A file to be put into a zip. */
export interface ZipEntry {
  /** Its path in the zip, with `/` between folders. */
  name: string;
  content: Buffer;
}

/** The earliest time a zip can hold, 1980-01-01 00:00, so that the bytes don't tell when they were made. */
const DATE = (1 << 5) | 1;
const TIME = 0;

const VERSION_NEEDED = 20;
/** Made on Unix, which lets the modes of files be given. */
const VERSION_MADE_BY = (3 << 8) | VERSION_NEEDED;
const NAMES_ARE_UTF8 = 1 << 11;
const DEFLATED = 8;

/** Scripts can be run, all else is an ordinary file, whatever the file system here says. */
function modeOf({ content }: ZipEntry): number {
  return content.subarray(0, 2).toString('latin1') === '#!' ? 0o100755 : 0o100644;
}

/** The fields that stand both before a file's bytes and in the directory at the zip's end. */
function commonFields(name: Buffer, content: Buffer, packed: Buffer): Buffer {
  const fields = Buffer.alloc(26);
  let at = 0;
  for (const value of [VERSION_NEEDED, NAMES_ARE_UTF8, DEFLATED, TIME, DATE]) {
    at = fields.writeUInt16LE(value, at);
  }
  for (const value of [crc32(content), packed.length, content.length]) at = fields.writeUInt32LE(value, at);
  // No extra field follows.
  fields.writeUInt16LE(name.length, at);
  return fields;
}

/**
 * Packs files into a zip: the same files give the same bytes, in whatever order they come.
 * The format is PKWARE's APPNOTE.TXT, without what only zips of 4 GB need.
 */
export function zip(entries: readonly ZipEntry[]): Buffer {
  const sorted = [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of sorted) {
    const name = Buffer.from(entry.name);
    const packed = deflateRawSync(entry.content, { level: 9 });
    const fields = commonFields(name, entry.content, packed);
    const file = Buffer.concat([Buffer.from('PK\x03\x04'), fields, name, packed]);
    files.push(file);

    const madeBy = Buffer.alloc(2);
    madeBy.writeUInt16LE(VERSION_MADE_BY);
    // Comment, disk and internal attributes are left at zero.
    const place = Buffer.alloc(14);
    place.writeUInt32LE(modeOf(entry) * 0x10000, 6);
    place.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02'), madeBy, fields, place, name);
    offset += file.length;
  }
  const end = Buffer.alloc(18);
  end.writeUInt16LE(sorted.length, 4);
  end.writeUInt16LE(sorted.length, 6);
  end.writeUInt32LE(Buffer.concat(directory).length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...files, ...directory, Buffer.from('PK\x05\x06'), end]);
}
