import { createCipheriv, createHash } from 'node:crypto';

/** The seed of a served file when its address names none. */
export const DEFAULT_SEED = 'fault';

/**
 * Its size in bytes when its address names none. Much smaller, and a click in Firefox gets all the bytes before the
 * download is set up; it then takes a broken one for empty and cannot resume it.
 */
export const DEFAULT_SIZE = 4 * 1024 * 1024;

const BLOCK = 16; // bytes in one AES block
const CHUNK = 64 * 1024; // bytes

/** Bytes `from` (inclusive) to `to` (exclusive) of the endless content that belongs to `seed`. */
export function sliceOf(seed: string, from: number, to: number): Buffer {
  // AES in counter mode looks random, is fast, and can start at any block, so a range needs no earlier bytes.
  const key = createHash('sha256').update(seed).digest().subarray(0, BLOCK);
  const counter = Buffer.alloc(BLOCK);
  counter.writeBigUInt64BE(BigInt(Math.floor(from / BLOCK)), 8);
  const skip = from % BLOCK;
  return createCipheriv('aes-128-ctr', key, counter)
    .update(Buffer.alloc(skip + Math.max(0, to - from)))
    .subarray(skip);
}

/** The whole content of a file of `size` bytes: the same seed always gives the same bytes. */
export function bodyOf(seed: string, size: number): Buffer {
  return sliceOf(seed, 0, size);
}

/** Bytes `from` to `to` (exclusive) in pieces of at most `pieceSize` bytes, one in memory at a time. */
export function* piecesOf(seed: string, from: number, to: number, pieceSize = CHUNK): Generator<Buffer> {
  for (let at = from; at < to; at += pieceSize) yield sliceOf(seed, at, Math.min(to, at + pieceSize));
}

/** The SHA-256, in hex, of the file that `bodyOf` gives. */
export function sha256Of(seed: string, size: number): string {
  const hash = createHash('sha256');
  for (const piece of piecesOf(seed, 0, size)) hash.update(piece);
  return hash.digest('hex');
}
