import { describe, expect, it } from 'vitest';
import { searchedText, searchFor, wordsOf } from '../../../src/domain/search.ts';
import { failureWith } from '../../fakes/failure.ts';

const found = (search: string, name: string, url = 'https://host.example/get'): boolean =>
  searchFor(search)(searchedText(failureWith({ filename: `/home/me/${name}`, url })));

describe('a search', () => {
  it.each([
    ['capital letters', 'REPORT', 'report.pdf'],
    ['accents that nobody typed', 'resume', 'Résumé.pdf'],
    ['accents that are typed', 'résumé', 'resume.pdf'],
    ['letters made of two characters', 'ko\u0308ln', 'Köln.pdf'],
    ['the dotted capital I of Turkish', 'indirme', 'İndirme.zip'],
    ['the dotless i of Turkish', 'isik', 'ışık.mp3'],
    ['the capital I that stands for it', 'ışık', 'ISIK.mp3'],
    ['the German sharp s', 'strasse', 'Straße.jpg'],
    ['letters with a stroke', 'lodz smorrebrod', 'Łódź smørrebrød.txt'],
    ['ligatures', 'office', 'oﬃce.txt'],
    ['full-width letters', 'file', 'ｆｉｌｅ.zip'],
    ['Greek accents', 'αρχειο', 'Αρχείο.pdf'],
    ['words in any order', 'pdf annual', 'Annual report.pdf'],
  ])('finds a name in spite of %s', (_what, search, name) => {
    expect(found(search, name)).toBe(true);
  });

  it.each([
    ['a word that is encoded in it', 'Übungen', 'https://host.example/%C3%9Cbungen/a.zip'],
    ['the same without the accent', 'ubungen', 'https://host.example/%C3%9Cbungen/a.zip'],
    ['a part that was copied as it is', '%C3%9Cbungen/a', 'https://host.example/%C3%9Cbungen/a.zip'],
    ['its encoded spaces', 'my%20file', 'https://host.example/my%20file.zip'],
    ['what only looks encoded', '100%', 'https://host.example/100%/a.zip'],
    ['bytes that are no UTF-8', 'caf%E9', 'https://host.example/caf%E9.zip'],
    ['what stands beside such bytes', 'ubung', 'https://host.example/caf%E9/%C3%9Cbung.zip'],
  ])('finds an address by %s', (_what, search, url) => {
    expect(found(search, 'a.zip', url)).toBe(true);
  });

  it.each([
    ['another letter', 'cat', 'cot.zip'],
    ['another kana', 'か', 'が.zip'],
    ['words of which one is missing', 'annual zip', 'Annual report.pdf'],
  ])('does not find %s', (_what, search, name) => {
    expect(found(search, name)).toBe(false);
  });

  it('does not take one byte that is no UTF-8 for another', () => {
    expect(found('caf%E8', 'a.zip', 'https://host.example/caf%E9.zip')).toBe(false);
  });

  it('has each of its words in one of several texts, and not in all', () => {
    const has = searchFor('annual  pdf ');
    expect(has('annual report', 'pdf')).toBe(true);
    expect(has('annual report', 'zip')).toBe(false);
    expect(has('annual pdf', '')).toBe(true);
  });

  it('is of words, however many blanks are between and around them', () => {
    expect(wordsOf('  Annual \t Report ')).toEqual(['annual', 'report']);
    expect(wordsOf(' ')).toEqual([]);
  });

  it('of no words finds everything', () => {
    expect(found('  ', 'a.zip')).toBe(true);
  });
});
