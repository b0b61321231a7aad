/** Reading export files, which anybody may have written or changed. */
import { EXPORT_FORMAT, EXPORT_VERSION } from '../../domain/export-file.ts';
import type { Failure } from '../../domain/failure.ts';
import { asImported } from '../../domain/import.ts';
import { brokenLineOf, type JsonPath, lineOf } from '../../domain/json-line.ts';
import { classify } from '../../domain/reasons.ts';
import { integer, list, Mismatch, number, object, oneOf, type Parser, string, unknown } from '../parse.ts';
import { parseFailure } from './stored-failure.ts';

export type ExportProblem =
  | { code: 'too-large' }
  | { code: 'not-json' }
  /** JSON, but no export file. */
  | { code: 'other-format' }
  /** Written by a newer version of the extension. */
  | { code: 'newer-version'; version: number }
  /** Something about the file as a whole; `field` names it. */
  | { code: 'invalid-file'; field: string }
  /** `field` names what is wrong in the failure, such as `attempts.0.bytesReceived`; empty for all of it. */
  | { code: 'invalid-failure'; field: string }
  /** A second failure with the same id. */
  | { code: 'duplicate'; id: string };

export type ParsedExport =
  | { ok: true; failures: Failure[] }
  /** `line` counts from 1. */
  | { ok: false; line: number; problem: ExportProblem };

/** In characters, and as well in bytes: more would not fit into one string in every browser. */
export const LARGEST_EXPORT = 400_000_000;

/** Each has a group of its own in the popup. A newer browser has a few that are not known here. */
const MOST_UNKNOWN_REASONS = 20;

/** What `Date` can hold, in ms from the epoch; no size in bytes and no id is greater. */
const LARGEST_NUMBER = 8.64e15;

const parseFormat = object({ format: oneOf(EXPORT_FORMAT) });
const parseVersion = object({ version: integer(1, Number.MAX_SAFE_INTEGER) });
const parseContent = object({
  exportedAt: (value) => number(Date.parse(string(value))),
  failures: list(unknown),
});

/** What a parser gives, or the path of what is wrong. */
function attempt<Value>(parse: Parser<Value>, value: unknown): { value: Value } | { wrong: JsonPath } {
  try {
    return { value: parse(value) };
  } catch (error) {
    if (error instanceof Mismatch) return { wrong: error.path };
    throw error;
  }
}

/**
 * The failures in an export file. One that is wrong in any place is refused as a whole. Attempts that were under way
 * have ended; fields that the journal doesn't know are left out.
 */
export function parseExport(text: string): ParsedExport {
  const refuse = (line: number, problem: ExportProblem): ParsedExport => ({ ok: false, line, problem });
  if (text.length > LARGEST_EXPORT) return refuse(1, { code: 'too-large' });
  const json = text.replace(/^\uFEFF/, '');
  let file: unknown;
  try {
    file = JSON.parse(json);
  } catch {
    return refuse(brokenLineOf(json), { code: 'not-json' });
  }

  if ('wrong' in attempt(parseFormat, file)) {
    return refuse(lineOf(json, ['format']), { code: 'other-format' });
  }
  const version = attempt(parseVersion, file);
  if ('wrong' in version)
    return refuse(lineOf(json, ['version']), { code: 'invalid-file', field: 'version' });
  if (version.value.version > EXPORT_VERSION) {
    return refuse(lineOf(json, ['version']), { code: 'newer-version', ...version.value });
  }
  const content = attempt(parseContent, file);
  if ('wrong' in content) {
    return refuse(lineOf(json, content.wrong), { code: 'invalid-file', field: content.wrong.join('.') });
  }

  const { exportedAt, failures: found } = content.value;
  const failures = new Map<string, Failure>();
  const unknownReasons = new Set<string>();
  for (const [index, raw] of found.entries()) {
    const path = ['failures', index];
    const failure = attempt(parsePossible, raw);
    if ('wrong' in failure) {
      const field = failure.wrong;
      return refuse(lineOf(json, [...path, ...field]), { code: 'invalid-failure', field: field.join('.') });
    }
    const { id, reason, browser } = failure.value;
    if (!classify(reason, browser).known) unknownReasons.add(reason);
    if (unknownReasons.size > MOST_UNKNOWN_REASONS) {
      return refuse(lineOf(json, [...path, 'reason']), { code: 'invalid-failure', field: 'reason' });
    }
    if (failures.has(id)) return refuse(lineOf(json, [...path, 'id']), { code: 'duplicate', id });
    failures.set(id, asImported(failure.value, exportedAt));
  }
  return { ok: true, failures: [...failures.values()] };
}

/** A failure in which nothing is that no browser would say, although it has the right type. */
function parsePossible(value: unknown): Failure {
  const failure = parseFailure(value);
  const wrong = impossibleIn(failure);
  if (wrong) throw new Mismatch(wrong);
  return failure;
}

/** Counts are kept by reason, so it must not be any string. */
const isReason = (text: string): boolean => /^[A-Z][A-Z0-9_]{0,63}$/.test(text);

/** The path of what no browser would say, although it has the right type. */
function impossibleIn(failure: Failure): JsonPath | undefined {
  if (!isReason(failure.reason)) return ['reason'];
  const wrong = failure.attempts.findIndex(
    (attempt) => attempt.state === 'failed' && !isReason(attempt.reason),
  );
  return wrong < 0 ? impossibleNumberIn(failure, '') : ['attempts', wrong, 'reason'];
}

function impossibleNumberIn(value: unknown, name: string): JsonPath | undefined {
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
