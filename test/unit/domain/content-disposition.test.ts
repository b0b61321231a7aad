import { describe, expect, it } from 'vitest';
import { attachmentName, isAttachment, isSentAsFile } from '../../../src/domain/content-disposition.ts';

describe('a Content-Disposition header', () => {
  it.each([
    ['attachment', ''],
    ['attachment; filename=a.zip', 'a.zip'],
    ['Attachment ; filename="a \\"b\\".zip"; size=3', 'a "b".zip'],
    ["attachment; filename=plain.zip; filename*=UTF-8''na%C3%AFve%20file.zip", 'naïve file.zip'],
    ["attachment; filename=plain.zip; filename*=iso-8859-1'en'%A3.zip", 'plain.zip'],
    ['attachment; filename="../../etc/passwd"', 'passwd'],
    ['  attachment ;filename = a.zip', 'a.zip'],
    ['attachment;  filename  =  a.zip', 'a.zip'],
    ['attachment;filename = "a b.zip"', 'a b.zip'],
    ['attachment;  filename  =  "a b.zip"', 'a b.zip'],
    ["attachment;filename* = utf-8'en'%C3%A9.zip", 'é.zip'],
    ["attachment;  filename*  =  utf-8'en'%C3%A9.zip", 'é.zip'],
  ])('says in %s that the answer is to be saved, as %s', (header, name) => {
    expect(isAttachment(header)).toBe(true);
    expect(isSentAsFile(header)).toBe(true);
    expect(attachmentName(header)).toBe(name);
  });

  it.each([
    ['inline', false],
    ['inline; filename=a.zip', true],
    ["inline; filename*=UTF-8''a.pdf", true],
    ['filename="a.pdf"', true],
    ['attachments; filename=a.zip', true],
    ['attachments', false],
    ['no attachment', false],
    ['inline; filename =a.zip', true],
    ['inline; nofilename=a.zip', false],
    ['', false],
  ])('does not say so in %s, though that may name a file: %s', (header, named) => {
    expect(isAttachment(header)).toBe(false);
    expect(isSentAsFile(header)).toBe(named);
    expect(attachmentName(header)).toBe(null);
  });
});
