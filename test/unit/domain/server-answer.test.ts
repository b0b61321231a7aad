import { describe, expect, it } from 'vitest';
import { remember, type ServerAnswer, serverWait, withMethod } from '../../../src/domain/server-answer.ts';
import { answerWith } from '../../fakes/answer.ts';
import { failedAttempt, failureWith } from '../../fakes/failure.ts';

const url = 'https://host.example/export';
const file = 'https://cdn.example/file.zip';
const START = Date.UTC(2024, 4, 1);
const failure = failureWith({
  url,
  finalUrl: url,
  attempts: [failedAttempt({ startedAt: START, endedAt: START + 300_000 })],
});
const form = answerWith({ url, method: 'POST', at: START - 20 });

describe('the way in which a download was asked for', () => {
  it.each<[string, ServerAnswer[], string | null]>([
    ['the answer that began it', [form], 'POST'],
    ['an answer for which the person was asked where to save', [{ ...form, at: START - 50_000 }], 'POST'],
    ['a form sent to its address later', [{ ...form, at: START + 2_000 }], null],
    ['a form sent to its address long before', [{ ...form, at: START - 70_000 }], null],
    ['a form sent to another address', [answerWith({ url: file, method: 'POST', at: START })], null],
    ['a form of a private window', [{ ...form, incognito: true }], null],
    [
      'a form, and a link a moment later',
      [{ ...form, at: START - 900 }, answerWith({ url, at: START })],
      'GET',
    ],
    ['a form, and a link after the download began', [form, answerWith({ url, at: START + 60_000 })], 'POST'],
    ['nothing', [], null],
  ])('follows from %s', (_what, answers, method) => {
    expect(withMethod(failure, answers).method).toBe(method);
  });

  it('does not follow from a form sent as soon as the download had failed', () => {
    const brief = failureWith({
      ...failure,
      attempts: [failedAttempt({ startedAt: START, endedAt: START + 300 })],
    });
    expect(withMethod(brief, [{ ...form, at: START + 301 }]).method).toBeNull();
  });

  it('stays as it is known, and is not looked for once the download was tried again', () => {
    const known = failureWith({ ...failure, method: 'GET' });
    expect(withMethod(known, [form])).toBe(known);
    const again = failureWith({ ...failure, attempts: [...failure.attempts, failedAttempt()] });
    expect(withMethod(again, [form])).toBe(again);
  });

  const redirected = failureWith({ ...failure, finalUrl: file });
  const led = (method: string): ServerAnswer => ({
    ...form,
    steps: [...form.steps, { url: file, method }],
  });

  it('is that of the file where a form led to it', () => {
    expect(withMethod(redirected, [form, led('GET')])).toMatchObject({ url: file, method: 'GET' });
  });

  it('is a form where that was sent on with the redirect', () => {
    expect(withMethod(redirected, [form, led('POST')])).toMatchObject({ url, method: 'POST' });
  });

  it('is that of the file where the browser tells only its last address', () => {
    const firefox = failureWith({ ...failure, url: file, finalUrl: file });
    expect(withMethod(firefox, [form, led('GET')])).toMatchObject({ url: file, method: 'GET' });
  });

  it('does not depend on the fragment', () => {
    const marked = failureWith({ ...failure, finalUrl: `${url}#page=2` });
    expect(withMethod(marked, [form]).method).toBe('POST');
  });
});

describe("a server's wish to be left alone", () => {
  const wait = answerWith({ url, waitUntil: START + 900_000 });

  it('is the newest one at the address', () => {
    expect(serverWait(failure, [wait])).toBe(START + 900_000);
    expect(serverWait(failure, [wait, answerWith({ url })])).toBe(0);
    expect(serverWait(failure, [answerWith({ url: file, waitUntil: 1 })])).toBe(0);
    expect(serverWait(failure, [{ ...wait, incognito: true }])).toBe(0);
  });
});

describe('the answers that are remembered', () => {
  const plain = answerWith({ url });

  it('are those with a form or a time to wait, and plain ones that could be taken for them', () => {
    expect(remember([], plain)).toBeUndefined();
    expect(remember([], form)).toEqual([form]);
    expect(remember([], answerWith({ url, waitUntil: 5 }))).toHaveLength(1);
    expect(remember([form], plain)).toEqual([form, plain]);
    expect(remember([form], answerWith({ url: file }))).toBeUndefined();
  });

  it('are few, the newest, and together far smaller than session storage', () => {
    let kept: ServerAnswer[] = [];
    for (let index = 0; index < 1_000; index += 1) {
      const address = `${url}?${String(index).padStart(4_000, 'x')}`;
      kept = remember(kept, answerWith({ url: address, method: 'POST' })) ?? kept;
    }
    expect(JSON.stringify(kept).length).toBeLessThan(300_000);
    expect(kept.at(-1)?.steps[0]?.url).toContain('x999');
    for (let index = 0; index < 1_000; index += 1) {
      kept = remember(kept, answerWith({ url: `${url}?${index}`, method: 'POST' })) ?? kept;
    }
    expect(kept).toHaveLength(200);
  });
});
