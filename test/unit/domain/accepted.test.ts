import { describe, expect, it } from 'vitest';
import {
  type Accepted,
  counted,
  forgotten,
  isRemembered,
  kindIn,
  kindOf,
  remembered,
} from '../../../src/domain/accepted.ts';
import { accept } from '../../../src/domain/failure.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';

const download = (url: string, filename: string) => ({ url, finalUrl: url, filename });
const zip = kindOf(download('https://host.example/a.zip', '/home/me/a.zip'), 'SUSPECT_PAGE');
const said = (times: number): Accepted => {
  let accepted: Accepted = [];
  for (let time = 0; time < times; time += 1) accepted = counted(accepted, zip, 1);
  return accepted;
};

describe('what the person found fine', () => {
  it('is remembered from the second time', () => {
    expect(isRemembered(said(1), zip)).toBe(false);
    expect(isRemembered(said(2), zip)).toBe(true);
    expect(isRemembered([{ ...zip, ending: 'pdf', times: 1 }, ...said(2)], zip)).toBe(true);
    expect(remembered(said(1))).toEqual([]);
    expect(remembered(said(2))).toMatchObject([
      { host: 'host.example', ending: 'zip', reason: 'SUSPECT_PAGE' },
    ]);
  });

  it('is listed once, even if it was said in ordinary and in private windows', () => {
    expect(remembered(said(2), said(3), said(1))).toMatchObject([{ host: 'host.example', ending: 'zip' }]);
  });

  it('says nothing of another host, another kind of file or another suspicion', () => {
    const others = [
      kindOf(download('https://other.example/a.zip', '/home/me/a.zip'), 'SUSPECT_PAGE'),
      kindOf(download('https://host.example/a.pdf', '/home/me/a.pdf'), 'SUSPECT_PAGE'),
      kindOf(download('https://host.example/a.zip', '/home/me/a.zip'), 'SUSPECT_EMPTY'),
    ];
    for (const other of others) expect(isRemembered(said(2), other)).toBe(false);
  });

  it('can be taken back and forgotten', () => {
    expect(isRemembered(counted(said(2), zip, -1), zip)).toBe(false);
    expect(counted(said(1), zip, -1)).toEqual([]);
    expect(counted([], zip, -1)).toEqual([]);
    expect(forgotten(said(3), zip)).toEqual([]);
  });

  it('is known by what was wanted, under whatever name it was saved', () => {
    const file = '/home/me/Downloads/file.html';
    const failure = failureWith({
      reason: 'SUSPECT_PAGE',
      attempts: [failedAttempt({ reason: 'SUSPECT_PAGE', canResume: false, file })],
    });
    const { url, finalUrl } = failure;
    const kind = kindOf({ url, finalUrl, filename: file }, 'SUSPECT_PAGE');
    expect(kind.ending).toBe('zip');
    expect(kindIn(failure)).toEqual(kind);
    const fine = accept(failure);
    expect(fine && kindIn(fine)).toEqual(kind);
    expect(kindIn(failureWith())).toBeUndefined();
  });

  it('is known by the latest suspicion, and by the address of the download that it was of', () => {
    const other = { url: 'https://b.example/f.pdf', finalUrl: 'https://b.example/f.pdf', filename: '' };
    const suspected = { reason: 'SUSPECT_PAGE', canResume: false };
    const attempts = [
      failedAttempt({ ...suspected, file: '/home/me/a.zip' }),
      failedAttempt({ ...suspected, kind: 'restart', file: '/home/me/f.html', download: other }),
      failedAttempt({ kind: 'restart' }),
      failedAttempt({ kind: 'restart', state: 'completed' }),
    ];
    expect(kindIn(failureWith({ attempts }))).toEqual({
      ...{ host: 'b.example', ending: 'pdf', reason: 'SUSPECT_PAGE' },
    });
  });

  it('is counted for each kind alone, the latest last, and only the latest 500 are kept', () => {
    const kind = (number: number) => ({ ...zip, host: `host-${number}.example` });
    let accepted: Accepted = [];
    for (let number = 0; number < 501; number += 1) accepted = counted(accepted, kind(number), 1);
    expect(accepted).toHaveLength(500);
    expect(accepted.at(0)).toEqual({ ...kind(1), times: 1 });
    accepted = counted(accepted, kind(1), 1);
    expect(accepted.at(-1)).toEqual({ ...kind(1), times: 2 });
    expect(accepted).toHaveLength(500);
  });
});
