/** Imports a file where a large one holds nothing up. */
import type { Retention } from '../domain/retention.ts';
import { type ExportProblem, LARGEST_EXPORT, parseExport } from '../platform/journal/parse-export.ts';
import { type Merged, mergeImported } from '../platform/journal/stored-merge.ts';
import type { Progress } from './labels.ts';

export interface ImportWanted {
  file: File;
  retention: Retention;
  /** ms since the epoch. */
  now: number;
}

/** What was imported, what is wrong with the file, or why it can't be stored. */
export type Imported = { merged: Merged } | { problem: ExportProblem } | { error: unknown };

/** What the page is told: how far it is, and at last what came of it. */
export type ImportNews = { progress: Progress } | Imported;

const tell = (news: ImportNews): void => postMessage(news);

async function importFile({ file, retention, now }: ImportWanted): Promise<Imported> {
  if (file.size > LARGEST_EXPORT) return { problem: { code: 'too_large' } };
  const read = parseExport(await file.text());
  if (!read.ok) return { problem: read.problem };
  return { merged: await mergeImported(read.failures, retention, now, (progress) => tell({ progress })) };
}

addEventListener('message', async ({ data }: MessageEvent<ImportWanted>) => {
  tell(await importFile(data).catch((error: unknown): Imported => ({ error })));
});
