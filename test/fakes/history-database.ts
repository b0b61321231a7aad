import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';

/** A download for Chromium's history, which was interrupted half-way or completed. */
export interface ListedDownload {
  url: string;
  /** Where its file would be. */
  path: string;
  /** Chromium's number for the reason; 0 if it completed. */
  code: number;
  /** ms since the epoch; now unless given. */
  startedAt?: number;
}

/** Chromium's numbers for the states of downloads. */
const COMPLETE = 1;
const INTERRUPTED = 4;

/** Where Chromium keeps its downloads. */
export function historyFile(profile: string): string {
  return join(profile, 'Default', 'History');
}

/** Chromium counts microseconds since the year 1601. */
function chromiumTime(milliseconds: number): bigint {
  return (BigInt(milliseconds) + 11_644_473_600_000n) * 1000n;
}

/** Puts downloads into the history of a Chromium that is not running, as if they had just ended. */
export function insertDownloads(profile: string, downloads: readonly ListedDownload[]): void {
  const database = new sqlite.Database(historyFile(profile), { fileMustExist: true });
  try {
    const columns = database.all('PRAGMA table_info(downloads)');
    const last = Number(database.get('SELECT coalesce(max(id), 0) AS id FROM downloads')?.id);
    database.exec('BEGIN');
    for (const [index, { url, path, code, startedAt = Date.now() }] of downloads.entries()) {
      const id = last + 1 + index;
      const known = new Map<unknown, string | number | bigint>([
        ['id', id],
        ['guid', crypto.randomUUID()],
        ['current_path', `${path}.crdownload`],
        ['target_path', path],
        ['start_time', chromiumTime(startedAt)],
        ['received_bytes', code === 0 ? 200_000 : 50_000],
        ['total_bytes', 200_000],
        ['state', code === 0 ? COMPLETE : INTERRUPTED],
        ['interrupt_reason', code],
        ['http_method', 'GET'],
        ['etag', '"one"'],
        ['mime_type', 'application/octet-stream'],
        ['original_mime_type', 'application/octet-stream'],
      ]);
      // No column may be empty, and what they are differs between versions.
      const values = columns.map(({ name, type }) => known.get(name) ?? (type === 'INTEGER' ? 0 : ''));
      const names = columns.map(({ name }) => String(name));
      database.run(`INSERT INTO downloads (${names.join()}) VALUES (${names.map(() => '?').join()})`, values);
      database.run('INSERT INTO downloads_url_chains (id, chain_index, url) VALUES (?, 0, ?)', [id, url]);
    }
    database.exec('COMMIT');
  } finally {
    database.close();
  }
}
