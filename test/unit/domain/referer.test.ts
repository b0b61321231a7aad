import { describe, expect, it } from 'vitest';
import { refererFor } from '../../../src/domain/referer.ts';

describe('the page that a request names', () => {
  it.each([
    [
      'is the whole page on its own site',
      'https://a.example/f',
      'https://a.example/p?q=1',
      'https://a.example/p?q=1',
    ],
    ['is only the site elsewhere', 'https://b.example/f', 'https://a.example/p?q=1', 'https://a.example/'],
    [
      'is only the site on another port',
      'https://a.example:81/f',
      'https://a.example/p',
      'https://a.example/',
    ],
    [
      'has no fragment and no password',
      'http://a.example/f',
      'http://me:secret@a.example/p#top',
      'http://a.example/p',
    ],
    [
      'is named to what is encrypted, if it was not',
      'https://a.example/f',
      'http://a.example/p',
      'http://a.example/',
    ],
    [
      'is not named to what is not encrypted, if it was',
      'http://a.example/f',
      'https://a.example/p',
      undefined,
    ],
    ['is none if it is not of the web', 'https://a.example/f', 'chrome://downloads/', undefined],
    [
      'is none if it only carries one of the web',
      'https://a.example/f',
      'view-source:https://a.example/',
      undefined,
    ],
    [
      'is none if its scheme only ends as one of the web',
      'https://a.example/f',
      'shttp://a.example/p',
      undefined,
    ],
    ['is not named to what only ends so', 'shttp://a.example/f', 'http://a.example/p', undefined],
    ['is not named to what is not of the web', 'ftp://a.example/f', 'http://a.example/p', undefined],
    ['is none if it is no address', 'https://a.example/f', 'about', undefined],
    ['is none if nothing is asked for', 'nothing', 'https://a.example/p', undefined],
    ['is none if it is not known', 'https://a.example/f', null, undefined],
  ])('%s', (_what, url, page, expected) => {
    expect(refererFor(url, page)).toBe(expected);
  });
});
