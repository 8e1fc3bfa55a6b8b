// What people type into a filter box: words that must all occur, and name:value pairs for one field.

export interface TextFilter {
  readonly words: readonly string[];
  readonly fields: readonly { readonly name: string; readonly value: string }[];
}

/** `names` are the fields that may be named; with any other name 'a:b' is a word like the others. */
export function parseFilter(text: string, names: readonly string[]): TextFilter {
  const words: string[] = [];
  const fields: { name: string; value: string }[] = [];
  for (const part of text.toLowerCase().split(/\s+/)) {
    const colon = part.indexOf(':');
    const name = colon > 0 ? part.slice(0, colon) : '';
    const value = part.slice(colon + 1);
    if (name !== '' && names.includes(name)) {
      if (value !== '') fields.push({ name, value });
    } else if (part !== '') words.push(part);
  }
  return { words, fields };
}

/** `texts` are all that words are looked for in; `field` gives the texts of a named field. */
export function passes(
  filter: TextFilter,
  texts: readonly string[],
  field: (name: string) => readonly string[],
): boolean {
  const holds = (among: readonly string[], wanted: string) => among.some((text) => text.toLowerCase().includes(wanted));
  return (
    filter.words.every((word) => holds(texts, word)) &&
    filter.fields.every(({ name, value }) => holds(field(name), value))
  );
}
