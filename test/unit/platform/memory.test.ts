import { describe, expect, it, vi } from 'vitest';
import type { Failure } from '../../../src/domain/failure.ts';
import { adopting, createMemory, inPlaceOf, readKept } from '../../../src/platform/journal/memory.ts';
import { isSelected } from '../../../src/platform/journal/row.ts';
import { changing, type Find, removing } from '../../../src/platform/journal/work.ts';
import type { NamedValue } from '../../../src/platform/named-value.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';

/** A disk with these records. */
const diskOf =
  (...records: readonly Failure[]): Find =>
  async (selection) =>
    records.filter((record) => isSelected(record, selection));

/** A value of session storage, and how often it was written. */
function keptValue(...failures: Failure[]) {
  const kept = { failures, writes: 0 };
  const value: NamedValue<Failure[]> = {
    read: async () => kept.failures,
    async write(changed) {
      kept.writes += 1;
      kept.failures = changed;
    },
  };
  return { kept, value };
}

const HOUR = 3_600_000;
const NOON = Date.UTC(2024, 4, 1, 12);

/** A failure of an item of its own, or of none. */
function failed(
  id: string,
  fields: Record<string, unknown> = {},
  attempt: Record<string, unknown> = {},
): Failure {
  const item = { id: 1, session: null, key: `${id} then`, trace: null };
  return failureWith({ id, attempts: [failedAttempt({ item, ...attempt })], ...fields });
}

const idsOf = (failures: Iterable<Failure>): string[] => [...failures].map(({ id }) => id);
const dismiss = (failure: Failure): Failure => ({ ...failure, dismissed: true });

describe('failures kept in memory', () => {
  it('ask nothing of the disk while there are none', async () => {
    const onDisk = vi.fn(diskOf());
    const none = { failures: new Map(), replaced: new Map() };
    expect(await inPlaceOf(onDisk, [])).toEqual(none);
    expect(onDisk).not.toHaveBeenCalled();
  });

  it('take the place of their records, and ask the disk for no others', async () => {
    const record = failed('a');
    const onDisk = vi.fn(diskOf(record, failed('b')));
    const kept = dismiss(record);
    expect(await inPlaceOf(onDisk, [kept])).toEqual({
      failures: new Map([['a', kept]]),
      replaced: new Map([['a', record]]),
    });
    expect(onDisk).toHaveBeenCalledTimes(1);
  });

  it('stand beside the records of other files', async () => {
    const kept = failed('a');
    expect(await inPlaceOf(diskOf(failed('b')), [kept])).toEqual({
      failures: new Map([['a', kept]]),
      replaced: new Map(),
    });
  });

  it('are attempts of the record of the same item', async () => {
    const record = failed('on disk');
    const item = record.attempts[0].item;
    const kept = failed('kept', { reason: 'CRASH', failedAt: NOON + HOUR }, { item, bytesReceived: 700 });
    const { failures, replaced } = await inPlaceOf(diskOf(record), [kept]);
    expect(idsOf(failures.values())).toEqual(['on disk']);
    expect(failures.get('on disk')).toMatchObject({ reason: 'CRASH', attempts: [{ kind: 'first' }, {}] });
    expect(replaced).toEqual(new Map([['on disk', record]]));
  });

  it('are attempts of the record of any of their items', async () => {
    const record = failed('on disk');
    const elsewhere = { id: 9, session: null, key: '9 then', trace: null };
    const attempts = [
      failedAttempt({ item: elsewhere, bytesReceived: 1 }),
      failedAttempt({ item: record.attempts[0].item, bytesReceived: 2 }),
    ];
    const { failures } = await inPlaceOf(diskOf(record), [failureWith({ id: 'kept', attempts })]);
    expect(idsOf(failures.values())).toEqual(['on disk']);
    expect(failures.get('on disk')?.attempts).toHaveLength(3);
  });

  it('leave the record of the same item as it is if they tell nothing new', async () => {
    const record = failed('on disk');
    const kept = { ...record, id: 'kept', reason: 'CRASH' };
    const { failures } = await inPlaceOf(diskOf(record), [kept]);
    expect([...failures.values()]).toEqual([record]);
  });

  it('are of one record with one of the same file, under its id also where that began later', async () => {
    const file = { url: 'https://host.example/a.zip', finalUrl: 'https://host.example/a.zip' };
    const record = failed('on disk', { ...file, filename: '/a.zip' });
    const earlier = failed('kept', { ...file, filename: '/a.zip' }, { startedAt: NOON - HOUR });
    const { failures, replaced } = await inPlaceOf(diskOf(record), [earlier]);
    expect(idsOf(failures.values())).toEqual(['on disk']);
    expect(failures.get('on disk')?.attempts.map(({ startedAt }) => startedAt)).toEqual([
      NOON - HOUR,
      record.attempts[0].startedAt,
    ]);
    expect(idsOf(replaced.values())).toEqual(['on disk']);
  });

  it('are joined with each other as well', async () => {
    const file = {
      url: 'https://host.example/a.zip',
      finalUrl: 'https://host.example/a.zip',
      filename: '/a.zip',
    };
    const later = failed('second', { ...file, failedAt: NOON + HOUR }, { startedAt: NOON + HOUR });
    const { failures } = await inPlaceOf(diskOf(), [failed('first', file), later]);
    expect(idsOf(failures.values())).toEqual(['first']);
    expect(failures.get('first')?.attempts).toHaveLength(2);
  });

  it('are of private windows too, for which the disk is not asked', async () => {
    const [ofPrivate, unsaved] = [failed('private', { incognito: true }), failed('unsaved')];
    const onDisk = vi.fn(diskOf(failed('unsaved'), failed('private')));
    const values = { private: keptValue(ofPrivate).value, unsaved: keptValue(unsaved).value };
    const { failures, replaced } = await readKept(values, onDisk);
    expect(idsOf(failures.values())).toEqual(['private', 'unsaved']);
    expect(idsOf(replaced.values())).toEqual(['unsaved']);
  });
});

describe('what is found in memory and on disk', () => {
  it('is each record once, and that of memory where both have it', async () => {
    const record = failed('a', { reason: 'CRASH' });
    const kept = { ...record, dismissed: true };
    const memory = createMemory(keptValue(kept).value, diskOf(record, failed('b')));
    expect(await memory.find({ ids: ['a', 'b', 'c'] })).toEqual([kept, failed('b')]);
    expect(idsOf(await memory.find('open'))).toEqual(['b']);
    expect(await memory.find({ openReason: 'CRASH' })).toEqual([]);
  });

  it('is only what is in memory where that has no disk', async () => {
    const memory = createMemory(keptValue(failed('a')).value);
    expect(idsOf(await memory.find({ ids: ['a', 'b'] }))).toEqual(['a']);
  });
});

describe('work in memory', () => {
  it('keeps what it changes, and not what the disk has already', async () => {
    const { kept, value } = keptValue();
    const memory = createMemory(value, diskOf(failed('a'), failed('b')));
    const changed = await memory.write(changing({ ids: ['a'] }, dismiss));
    expect(changed).toEqual([dismiss(failed('a'))]);
    expect(kept.failures).toEqual(changed);
  });

  it('finds what the same work has changed', async () => {
    const memory = createMemory(keptValue().value, diskOf(failed('a')));
    await memory.write(async (find, replace) => {
      const [before] = await find('open');
      await replace(before, dismiss(failed('a')));
      expect(await find('open')).toEqual([]);
    });
  });

  it('removes what is kept, and tells of no record for that', async () => {
    const { kept, value } = keptValue(failed('a'), failed('b'));
    expect(await createMemory(value).write(removing(['a']))).toEqual([]);
    expect(idsOf(kept.failures)).toEqual(['b']);
  });

  it('writes nothing if it changes nothing', async () => {
    const { kept, value } = keptValue(failed('a'));
    await createMemory(value).write(changing('open', () => undefined));
    expect(kept.writes).toBe(0);
  });

  it('does not keep what a record on disk makes of it if that tells nothing new', async () => {
    const record = failed('on disk');
    const { kept, value } = keptValue({ ...record, id: 'kept' });
    const memory = createMemory(value, diskOf(record, failed('b')));
    await memory.write(changing({ ids: ['b'] }, dismiss));
    expect(idsOf(kept.failures)).toEqual(['b']);
  });

  it('waits for other work, of which none gets lost', async () => {
    const { kept, value } = keptValue();
    const memory = createMemory(value, diskOf(failed('a'), failed('b')));
    await Promise.all(['a', 'b'].map((id) => memory.write(changing({ ids: [id] }, dismiss))));
    expect(idsOf(kept.failures)).toEqual(['a', 'b']);
  });
});

describe('what waits in memory for the disk', () => {
  it('is handed over whole, and then forgotten', async () => {
    const { kept, value } = keptValue(failed('a'), failed('b'));
    const saved: string[] = [];
    await createMemory(value).drain(async (failures) => void saved.push(...idsOf(failures)));
    expect(saved).toEqual(['a', 'b']);
    expect(kept.failures).toEqual([]);
  });

  it('is kept if that fails', async () => {
    const { kept, value } = keptValue(failed('a'));
    const full = async (): Promise<never> => {
      throw new Error('No space.');
    };
    await expect(createMemory(value).drain(full)).rejects.toThrow('No space.');
    expect(idsOf(kept.failures)).toEqual(['a']);
  });

  it('is not handed over while there is none', async () => {
    const { kept, value } = keptValue();
    const save = vi.fn(async () => {});
    await createMemory(value).drain(save);
    expect(save).not.toHaveBeenCalled();
    expect(kept.writes).toBe(0);
  });

  it('comes to the disk in the place of its records, of which only those that differ are written', async () => {
    const record = failed('on disk');
    const replaced: unknown[] = [];
    const adopted = [{ ...record, id: 'same' }, failed('new')];
    await adopting(adopted)(
      diskOf(record),
      async (before, after) => void replaced.push([before?.id, after?.id]),
    );
    expect(replaced).toEqual([[undefined, 'new']]);
    const later = { ...record, dismissed: true };
    replaced.length = 0;
    await adopting([later])(diskOf(record), async (before, after) => void replaced.push([before, after]));
    expect(replaced).toEqual([[record, later]]);
  });
});
