const begin = (name: string): string => `<!-- bench: ${name} -->`;
const END = '<!-- end -->';

/** A document with each part in the place of what stands between its two marks. */
export function withParts(document: string, parts: Readonly<Record<string, string>>): string {
  let text = document;
  for (const [name, part] of Object.entries(parts)) {
    const from = text.indexOf(begin(name));
    const to = text.indexOf(END, from);
    if (from === -1 || to === -1) throw new Error(`There is no place for the part "${name}".`);
    text = `${text.slice(0, from)}${begin(name)}\n\n${part}\n\n${text.slice(to)}`;
  }
  return text;
}
