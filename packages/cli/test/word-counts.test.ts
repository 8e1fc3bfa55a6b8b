// Goal: the two counts of the demo count the same words, and a difference in any of them is seen. Method: the pure
// functions; the plain loop is compared with a regular expression.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countWords, firstDifference, mostFrequent, parseUniqueLines, totalOf } from '../src/core/demo/words.js';

const counted = (text: string): Map<string, number> => {
  const counts = new Map<string, number>();
  countWords(Buffer.from(text), counts);
  return counts;
};

test('words are runs of ASCII letters, in small letters', () => {
  expect([...counted("The the it's caféx `{|} @[ é")]).toEqual([
    ['the', 2],
    ['it', 1],
    ['s', 1],
    ['caf', 1],
    ['x', 1],
  ]);
});

test('the loop counts what a regular expression finds', () => {
  const unit = fc.constantFrom('a', 'B', 'z', 'Z', ' ', '\n', '-', 'é', 'K', '0', '`', '{', '@', '[');
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 80 }), (text) => {
      const expected = new Map<string, number>();
      for (const word of text.match(/[A-Za-z]+/g) ?? []) {
        const small = word.toLowerCase();
        expected.set(small, (expected.get(small) ?? 0) + 1);
      }
      expect(counted(text)).toEqual(expected);
    }),
  );
});

test('lines of uniq -c are read, the empty word is none', () => {
  expect([...parseUniqueLines('      1 \n     12 a\n      3 the\n')]).toEqual([
    ['a', 12],
    ['the', 3],
  ]);
});

test('the most frequent come first, ties in order of words', () => {
  const counts = new Map([
    ['b', 2],
    ['c', 3],
    ['a', 2],
  ]);
  expect(mostFrequent(counts, 2).map(({ word }) => word)).toEqual(['c', 'a']);
  expect(totalOf(counts)).toBe(7);
});

test('a difference is seen wherever it is', () => {
  const one = new Map([
    ['a', 1],
    ['b', 2],
  ]);
  expect(firstDifference(one, new Map(one))).toBeUndefined();
  expect(firstDifference(one, new Map([['a', 1]]))).toBe('b');
  expect(firstDifference(new Map([['a', 1]]), one)).toBe('b');
  expect(firstDifference(one, new Map([...one, ['a', 2]]))).toBe('a');
});
