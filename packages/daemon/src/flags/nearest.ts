// Which known word a mistyped one was meant to be. Pure.

/**
 * The known word with the fewest edits; undefined where none is within `editsMax` edits and half of the word, or within
 * a third of it. Ties go to the first in order of names. Case does not count.
 */
export function nearest(word: string, known: Iterable<string>, editsMax: number): string | undefined {
  const [best] = [...known]
    .map((name) => ({ name, edits: editDistance(word.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits || (a.name < b.name ? -1 : 1));
  const most = Math.max(Math.min(editsMax, Math.floor(word.length / 2)), Math.floor(word.length / 3));
  return best && best.edits <= most ? best.name : undefined;
}

/** Letters to insert, drop or change, and neighbours to swap, that turn one word into the other. */
function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwap = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current[column] = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
        isSwap ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] ?? 0;
}
