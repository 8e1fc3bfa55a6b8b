// Sets of code points, as lists of inclusive ranges: what a character class of a regular expression stands for.

export interface CodePointRange {
  readonly first: number;
  readonly last: number;
}

const LAST_CODE_POINT = 0x10ffff;

const points = (text: string): CodePointRange[] =>
  Array.from(text, (character) => ({ first: character.codePointAt(0)!, last: character.codePointAt(0)! }));

/** `az` stands for a-z. */
const spans = (...pairs: readonly string[]): CodePointRange[] =>
  pairs.map((pair) => ({ first: pair.charCodeAt(0), last: pair.charCodeAt(1) }));

export const ANY: readonly CodePointRange[] = [{ first: 0, last: LAST_CODE_POINT }];

const DIGIT = spans('09');
const WORD = [...spans('09', 'AZ', 'az'), ...points('_')];
const SPACE = points('\t\n\f\r ');

/** `\d` and so on; the capital letter stands for the complement. */
export const PERL_CLASSES: ReadonlyMap<string, readonly CodePointRange[]> = new Map([
  ['d', DIGIT],
  ['w', WORD],
  ['s', SPACE],
  ['D', complement(DIGIT)],
  ['W', complement(WORD)],
  ['S', complement(SPACE)],
]);

/** The names in `[[:alpha:]]`. */
export const ASCII_CLASSES: ReadonlyMap<string, readonly CodePointRange[]> = new Map([
  ['alnum', spans('09', 'AZ', 'az')],
  ['alpha', spans('AZ', 'az')],
  ['ascii', [{ first: 0, last: 0x7f }]],
  ['blank', points('\t ')],
  ['cntrl', [{ first: 0, last: 0x1f }, ...points('\u007f')]],
  ['digit', DIGIT],
  ['graph', spans('!~')],
  ['lower', spans('az')],
  ['print', spans(' ~')],
  ['punct', spans('!/', ':@', '[`', '{~')],
  ['space', points('\t\n\v\f\r ')],
  ['upper', spans('AZ')],
  ['word', WORD],
  ['xdigit', spans('09', 'AF', 'af')],
]);

/** Everything else. */
export function complement(ranges: readonly CodePointRange[]): CodePointRange[] {
  const result: CodePointRange[] = [];
  let next = 0;
  for (const { first, last } of ranges.toSorted((a, b) => a.first - b.first)) {
    if (first > next) result.push({ first: next, last: first - 1 });
    next = Math.max(next, last + 1);
  }
  if (next <= LAST_CODE_POINT) result.push({ first: next, last: LAST_CODE_POINT });
  return result;
}

/** One character, or any of several; with `isFolded` whatever their case. */
export interface CodePointSet {
  readonly ranges: readonly CodePointRange[];
  readonly isNegated: boolean;
  readonly isFolded: boolean;
}

const inRanges = (ranges: readonly CodePointRange[], point: number): boolean =>
  ranges.some(({ first, last }) => first <= point && point <= last);

export function contains({ ranges, isNegated, isFolded }: CodePointSet, point: number): boolean {
  let isIn = inRanges(ranges, point);
  if (!isIn && isFolded) {
    const character = String.fromCodePoint(point);
    isIn = [character.toLowerCase(), character.toUpperCase()].some(
      (other) => Array.from(other).length === 1 && inRanges(ranges, other.codePointAt(0)!),
    );
  }
  return isIn !== isNegated;
}
