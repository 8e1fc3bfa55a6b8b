// Goal: regular expressions mean what they mean to RE2, take time in proportion to the text, and what RE2 refuses is
// refused in its words. Method: tables, and random expressions against those of JavaScript, which mean the same where
// both can say it.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RegexProgram } from '../src/constraints/regex/program.js';

const matches = (pattern: string, text: string): boolean => new RegexProgram(pattern).matches(text);

describe('a whole text matches', () => {
  test.each<[string, string[], string[]]>([
    ['', [''], ['a']],
    ['abc', ['abc'], ['ab', 'abcd', 'xabc']],
    ['a|bc|', ['a', 'bc', ''], ['abc', 'b']],
    ['a*', ['', 'aaa'], ['b', 'aab']],
    ['a+b?', ['a', 'aab'], ['', 'b', 'abb']],
    ['a{2}', ['aa'], ['a', 'aaa']],
    ['a{2,}', ['aa', 'aaaa'], ['a']],
    ['a{1,3}', ['a', 'aaa'], ['', 'aaaa']],
    ['a{0}', [''], ['a']],
    ['a{,3}', ['a{,3}'], ['a']],
    ['x{', ['x{'], ['x']],
    ['(ab)+', ['ab', 'abab'], ['aba']],
    ['(?:ab)+?', ['ab', 'abab'], ['']],
    ['(?P<name>a)(?<other>b)', ['ab'], ['a']],
    ['.', ['x', '\u{1F600}'], ['', '\n', 'xy']],
    ['(?s).', ['\n'], ['']],
    ['[a-c]', ['a', 'c'], ['d', '-']],
    ['[^a-c]', ['d', '\n'], ['a']],
    ['[]a]', [']', 'a'], ['b']],
    ['[^]a]', ['b'], [']', 'a']],
    ['[a-]', ['a', '-'], ['b']],
    ['[\\d\\-x]', ['5', '-', 'x'], ['y']],
    ['[^\\D]', ['5'], ['x']],
    ['[[:alpha:]_]', ['a', 'Z', '_'], ['1', '[']],
    ['[[:^alpha:]]', ['1'], ['a']],
    ['\\d\\w\\s', ['1a ', '0_\t'], ['aa ', '1a\v']],
    ['\\D\\W\\S', ['a b'], ['1 b']],
    ['\\.\\*\\x41\\x{1F600}', ['.*A\u{1F600}'], ['x*A']],
    ['\\Qa.b|c\\E+', ['a.b|c', 'a.b|cc'], ['aXb|c', 'a.b|ca.b|c']],
    ['a\\Q\\Eb', ['ab'], ['a']],
    ['(?)a', ['a'], ['']],
    ['\\Qa.b', ['a.b'], ['aXb']],
    ['^a$', ['a'], ['^a$']],
    ['a^b', [], ['ab', 'a^b']],
    ['(?m)a\n^b$\nc', ['a\nb\nc'], ['a\nb']],
    ['\\Aa\\z', ['a'], ['A']],
    ['a\\b.*', ['a', 'a b'], ['ab']],
    ['a\\Bb', ['ab'], ['a b']],
    ['(?i)rack-[x-z]', ['RACK-Y', 'rack-z'], ['rack-a']],
    ['(?i:a)b', ['Ab'], ['AB']],
    ['((?i)a)b', ['Ab'], ['aB']],
    ['(?i)a(?-i)b', ['Ab'], ['AB']],
    ['(?i)[^a]', ['b'], ['A', 'a']],
    ['(a*)*', ['', 'aaa'], ['b']],
    ['(?:)+', [''], ['a']],
  ])('%j: %j, not %j', (pattern, yes, no) => {
    expect(yes.filter((text) => !matches(pattern, text))).toEqual([]);
    expect(no.filter((text) => matches(pattern, text))).toEqual([]);
  });
});

describe('refused', () => {
  test.each([
    ['(?=a)', 'invalid perl operator: (?='],
    ['(?!a)', 'invalid perl operator: (?!'],
    ['(?<=a)', 'invalid perl operator: (?<'],
    ['(?<!a)b', 'invalid perl operator: (?<'],
    ['(a)\\1', 'invalid escape sequence: \\1'],
    ['(?P<n>a)(?P=n)', 'invalid perl operator: (?P'],
    ['\\k<n>', 'invalid escape sequence: \\k'],
    ['\\p{Greek}', 'invalid escape sequence: \\p'],
    ['\\x{110000}', 'invalid escape sequence: \\x{110000}'],
    ['(?', 'invalid perl operator: (?'],
    ['a**', 'bad repetition operator: **'],
    ['a+?*', 'bad repetition operator: +?*'],
    ['*a', 'no argument for repetition operator: *'],
    ['(|+)', 'no argument for repetition operator: +'],
    ['(a', 'missing ): (a'],
    ['a)', 'unexpected ): a)'],
    ['[a', 'missing ]: [a'],
    ['[', 'missing ]: ['],
    ['[b-a]', 'invalid character class range: b-a'],
    ['[[:nope:]]', 'invalid character class range: [:nope:]'],
    ['a\\', 'trailing \\: \\'],
    ['a{1001}', 'invalid repetition size: {1001}'],
    ['a{3,2}', 'invalid repetition size: {3,2}'],
    ['(((a{100}){100}){100}){100}', 'pattern too large - compile failed'],
  ])('%j', (pattern, error) => {
    expect(errorOf(pattern)).toBe(error);
  });

  test('patterns that are longer or deeper than would fit', () => {
    expect(errorOf('a'.repeat(5_000))).toBe('pattern too large - compile failed');
    expect(errorOf(`${'(?:'.repeat(300)}a${')'.repeat(300)}`)).toMatch(/^nesting depth exceeded: /);
  });

  function errorOf(pattern: string): string {
    try {
      return `none, and a program of ${new RegexProgram(pattern).size}`;
    } catch (error) {
      return (error as Error).message;
    }
  }

  test('nothing, however often, is nothing', () => {
    expect(matches('((?:){1000}){1000}'.replace('(', '(?:'), '')).toBe(true);
  });
});

test('time grows with the text, not with the ways to read it', () => {
  // JavaScript would need 2^5000 steps.
  expect(matches('(a+)+b', 'a'.repeat(5_000))).toBe(false);
  expect(matches('(a|aa|aaa)*', 'a'.repeat(5_000))).toBe(true);
});

test('[property] agrees with JavaScript', () => {
  const atom = fc.oneof(
    fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\d', '\\w', '^', '$', '\\b', '\\.'),
    fc.constantFrom('1', '_', '[a-c1]', '\\S', '\\B'),
  );
  const pattern = fc.letrec<{ node: string }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      atom,
      fc.tuple(tie('node'), tie('node')).map(([a, b]) => a + b),
      fc.tuple(tie('node'), tie('node')).map(([a, b]) => `(${a}|${b})`),
      fc
        .tuple(tie('node'), fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '*?'))
        .map(([a, operator]) => `(?:${a})${operator}`),
    ),
  })).node;
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', '_', '.', ' ', '\n'), maxLength: 8 });
  fc.assert(
    fc.property(pattern, text, (source, input) => {
      expect(matches(source, input)).toBe(new RegExp(`^(?:${source})$`, 'u').test(input));
    }),
    { numRuns: 3_000 },
  );
});
