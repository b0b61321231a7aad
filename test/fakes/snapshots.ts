import type { DownloadSnapshot, SnapshotStatus } from '../../src/domain/failure.ts';

/** A snapshot of an item in Chrome's form; `id` makes it an item of its own. */
export function snapshot(fields: {
  id: number;
  status: SnapshotStatus;
  bytesReceived?: number;
  incognito?: boolean;
}): DownloadSnapshot {
  const { id, status, bytesReceived = 500, incognito = false } = fields;
  const url = `http://host.example/file-${id}.zip`;
  return {
    item: { id, session: null, key: `${id} then`, trace: null },
    url,
    finalUrl: url,
    referrer: null,
    filename: `/home/me/Downloads/file-${id}.zip`,
    mime: null,
    cookieStoreId: null,
    incognito,
    ours: false,
    startedAt: 0,
    bytesReceived,
    exactBytes: true,
    totalBytes: 1000,
    sizeOnDisk: status.kind === 'completed' ? 1000 : null,
    sentType: null,
    canResume: status.kind === 'failed' && bytesReceived > 0,
    status,
  };
}

export const failedSnapshot = (fields: {
  id: number;
  reason: string;
  incognito?: boolean;
}): DownloadSnapshot => snapshot({ ...fields, status: { kind: 'failed', reason: fields.reason } });
