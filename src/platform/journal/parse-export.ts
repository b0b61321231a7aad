/** Reading export files, which anybody may have written or changed. */
import * as v from 'valibot';
import { EXPORT_FORMAT, EXPORT_VERSION } from '../../domain/export-file.ts';
import { type Failure, failureSchema } from '../../domain/failure.ts';
import { asImported } from '../../domain/import.ts';
import { classify } from '../../domain/reasons.ts';

/** Why a file can't be imported. */
export interface ExportProblem {
  code:
    | 'too_large'
    | 'not_json'
    /** JSON, but no export file. */
    | 'other_format'
    /** Written by a newer version of the extension. */
    | 'newer_version'
    /** Something about the file as a whole. */
    | 'invalid_file'
    | 'invalid_failure'
    /** A failure with the id of another one. */
    | 'duplicate';
  /** Which failure is wrong, counted from 1. */
  failure?: number;
  /** The field that is wrong, such as `attempts.0.bytesReceived`; empty for the whole failure or file. */
  field?: string;
}

export type ParsedExport = { ok: true; failures: Failure[] } | { ok: false; problem: ExportProblem };

/** In characters, and also in bytes: not every browser can hold more in one string. */
export const LARGEST_EXPORT = 400_000_000;

/** Each reason has its own group in the popup. A newer browser may have a few that we don't know. */
const MOST_UNKNOWN_REASONS = 20;

/** The way to a value: keys of objects and indexes of lists. */
type Path = readonly (string | number)[];

/** What `Date` can hold, in ms from the epoch; no size in bytes and no id is greater. */
const LARGEST_NUMBER = 8.64e15;

const formatSchema = v.object({ format: v.literal(EXPORT_FORMAT) });
const versionSchema = v.object({ version: v.pipe(v.number(), v.safeInteger(), v.minValue(1)) });
const contentSchema = v.object({
  exportedAt: v.pipe(v.string(), v.transform(Date.parse), v.number()),
  failures: v.array(v.unknown()),
});

/** The parsed value, or the path of the field that is wrong. */
function attempt<Value>(
  schema: v.GenericSchema<unknown, Value>,
  value: unknown,
): { value: Value } | { wrong: string } {
  const { success, output, issues } = v.safeParse(schema, value, { abortEarly: true });
  return success ? { value: output } : { wrong: v.getDotPath(issues[0]) ?? '' };
}

/**
 * Reads the failures in an export file. A file with any mistake is refused as a whole. Attempts that were running
 * count as ended; unknown fields are dropped.
 */
export function parseExport(text: string): ParsedExport {
  const refuse = (problem: ExportProblem): ParsedExport => ({ ok: false, problem });
  if (text.length > LARGEST_EXPORT) return refuse({ code: 'too_large' });
  let file: unknown;
  try {
    file = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return refuse({ code: 'not_json' });
  }

  if ('wrong' in attempt(formatSchema, file)) return refuse({ code: 'other_format' });
  const version = attempt(versionSchema, file);
  if ('wrong' in version) return refuse({ code: 'invalid_file', field: version.wrong });
  if (version.value.version > EXPORT_VERSION) return refuse({ code: 'newer_version' });
  const content = attempt(contentSchema, file);
  if ('wrong' in content) return refuse({ code: 'invalid_file', field: content.wrong });

  const { exportedAt, failures: found } = content.value;
  const failures = new Map<string, Failure>();
  const unknownReasons = new Set<string>();
  for (const [index, raw] of found.entries()) {
    const number = index + 1;
    const failure = attempt(failureSchema, raw);
    const wrong = 'wrong' in failure ? failure.wrong : impossibleIn(failure.value)?.join('.');
    if ('wrong' in failure || wrong !== undefined)
      return refuse({ code: 'invalid_failure', failure: number, field: wrong ?? '' });
    const { id, reason, browser } = failure.value;
    if (failures.has(id)) return refuse({ code: 'duplicate', failure: number });
    if (!classify(reason, browser).known) unknownReasons.add(reason);
    if (unknownReasons.size > MOST_UNKNOWN_REASONS) {
      return refuse({ code: 'invalid_failure', failure: number, field: 'reason' });
    }
    failures.set(id, asImported(failure.value, exportedAt));
  }
  return { ok: true, failures: [...failures.values()] };
}

/** Counts are kept by reason, so not every string will do. */
const isReason = (text: string): boolean => /^[A-Z][A-Z0-9_]{0,63}$/.test(text);

/** The path of a value that has the right type but that no browser would report. */
function impossibleIn(failure: Failure): Path | undefined {
  if (!isReason(failure.reason)) return ['reason'];
  const wrong = failure.attempts.findIndex(
    (attempt) => attempt.state === 'failed' && !isReason(attempt.reason),
  );
  return wrong < 0 ? impossibleNumberIn(failure, '') : ['attempts', wrong, 'reason'];
}

function impossibleNumberIn(value: unknown, name: string): Path | undefined {
  if (typeof value === 'number') {
    const least = /bytes/i.test(name) ? 0 : -LARGEST_NUMBER;
    return value >= least && value <= LARGEST_NUMBER ? undefined : [];
  }
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const path = impossibleNumberIn(inner, key);
    if (path) return [key, ...path];
  }
  return undefined;
}
