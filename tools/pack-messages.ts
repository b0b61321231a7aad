/** A text of `_locales` as translators write it. */
interface Message {
  message: string;
  placeholders?: Record<string, { content: string }>;
}

/**
 * The same texts as browsers need them: without the hints for translators, with what is filled in named by its number
 * (`$1`), which both browsers understand without a table of placeholders, and without plural forms that only repeat
 * `_other`, which `plural` then takes. Not without `_one`: the browsers would take the English one.
 */
export function packMessages(source: string): string {
  const messages: Record<string, Message> = JSON.parse(source);
  const packed = Object.entries(messages).flatMap(([key, { message, placeholders = {} }]) => {
    const [, stem] = /^(.+)_(?:zero|two|few|many)$/.exec(key) ?? [];
    if (message === messages[`${stem}_other`]?.message) return [];
    const text = message.replace(
      /\$([a-z]+)\$/gi,
      (whole, name: string) => placeholders[name.toLowerCase()]?.content ?? whole,
    );
    return [[key, { message: text }]];
  });
  return JSON.stringify(Object.fromEntries(packed));
}
