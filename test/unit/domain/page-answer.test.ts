import { describe, expect, it } from 'vitest';
import { beginsDownload } from '../../../src/domain/page-answer.ts';

describe('an answer to what a page asks for', () => {
  it.each([
    [200, 'application/zip', false],
    [200, 'image/png', false],
    [200, 'text/html', true],
    [206, null, false],
    [299, null, false],
  ])('begins a download: %s %s, to be saved: %s', (status, type, attachment) => {
    expect(beginsDownload({ status, type, attachment })).toBe(true);
  });

  it.each([
    [200, 'Text/HTML; charset=utf-8', false],
    [200, 'application/xhtml+xml', false],
    [404, 'application/zip', true],
    [200, ' text/html', false],
    [204, null, false],
    [205, null, false],
    [199, null, true],
    [null, null, true],
    [503, 'text/plain', false],
  ])('begins none: %s %s, to be saved: %s', (status, type, attachment) => {
    expect(beginsDownload({ status, type, attachment })).toBe(false);
  });
});
