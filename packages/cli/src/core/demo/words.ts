// Words and how often they occur, and whether two counts of them agree. Pure.

export type WordCounts = ReadonlyMap<string, number>;

export interface WordCount {
  readonly word: string;
  readonly count: number;
}

/** The most frequent first; ties in order of words. */
export function mostFrequent(counts: WordCounts, limit: number): WordCount[] {
  return [...counts]
    .map(([word, count]) => ({ word, count }))
    .sort((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1))
    .slice(0, limit);
}

/** The lines of `uniq -c`, in their order. A line without a word, which comes of text that begins with something else, counts nothing. */
export function parseUniqueLines(text: string): WordCounts {
  const counts = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [, count, word] = /^ *(\d+) ([a-z]+)$/.exec(line) ?? [];
    if (count !== undefined && word !== undefined) counts.set(word, Number(count));
  }
  return counts;
}

/** In one loop over bytes: words are runs of ASCII letters, in small letters. */
export function countWords(bytes: Uint8Array, counts: Map<string, number>): void {
  let word = '';
  for (const byte of bytes) {
    const small = byte | 0x20;
    if (small >= 0x61 && small <= 0x7a) {
      word += String.fromCharCode(small);
      continue;
    }
    if (word !== '') counts.set(word, (counts.get(word) ?? 0) + 1);
    word = '';
  }
  if (word !== '') counts.set(word, (counts.get(word) ?? 0) + 1);
}

/** The first word, in order of words, of which the counts differ; undefined where they agree in all. */
export function firstDifference(one: WordCounts, other: WordCounts): string | undefined {
  const words = new Set([...one.keys(), ...other.keys()]);
  return [...words].sort().find((word) => one.get(word) !== other.get(word));
}

export const totalOf = (counts: WordCounts): number => [...counts.values()].reduce((sum, count) => sum + count, 0);
