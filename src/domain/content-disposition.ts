/** What a Content-Disposition header (RFC 6266) says of an answer. */
import { baseName } from './file-name.ts';

/** Whether the answer is to be saved, and not shown. */
export const isAttachment = (header: string): boolean => /^\s*attachment\s*(;|$)/i.test(header);

/** Whether it is to be saved or has a name, which careless programs give alone or with `inline`. */
export const isSentAsFile = (header: string): boolean =>
  isAttachment(header) || /\bfilename\*?\s*=/i.test(header);

/** The name of an answer that is to be saved; empty if it has none, null if it is not to be saved. */
export function attachmentName(header: string): string | null {
  if (!isAttachment(header)) return null;
  const extended = /;\s*filename\*\s*=\s*(?:utf-8|iso-8859-1)'[^']*'([^;\s]+)/i.exec(header)?.[1];
  const quoted = /;\s*filename\s*=\s*"((?:[^"\\]|\\.)*)"/i.exec(header)?.[1]?.replace(/\\(.)/g, '$1');
  const plain = /;\s*filename\s*=\s*([^";\s]+)/i.exec(header)?.[1];
  return baseName(unescaped(extended) ?? quoted ?? plain ?? '');
}

function unescaped(name: string | undefined): string | undefined {
  try {
    return name === undefined ? undefined : decodeURIComponent(name);
  } catch {
    // Not in UTF-8.
    return undefined;
  }
}
