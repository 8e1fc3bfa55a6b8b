// Goal: tables fit the terminal where they can, and never show what a terminal would obey. Method: the pure layout, with
// examples and properties.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { printable } from '../src/core/text/printable.js';
import { tableText } from '../src/core/text/table.js';
import { ageText, listed, mibText, numberText } from '../src/core/text/units.js';

const COLUMNS = [
  { title: 'ID' },
  { title: 'NAME', shrinksTo: 5 },
  { title: 'CPUS', align: 'right' },
  { title: 'NOTE', isOptional: true, shrinksTo: 4 },
] as const;

describe('a table', () => {
  test('has a line of titles and a line per row', () => {
    const rows = [
      ['a1', 'web', '0.5', ''],
      ['b', 'database', '12', ''],
    ];
    expect(tableText(COLUMNS, rows, { widthMax: undefined })).toBe(
      ['ID  NAME      CPUS', 'a1  web        0.5', 'b   database    12'].join('\n'),
    );
  });

  test('shows an optional column where a row has something in it', () => {
    expect(tableText(COLUMNS, [['a', 'b', '1', 'hm']], { widthMax: undefined })).toContain('NOTE');
  });

  test('cuts the widest column that may be cut, and marks the cut', () => {
    const text = tableText(COLUMNS, [['a1', 'a-very-long-name', '0.5', '']], { widthMax: 20 });
    expect(text.split('\n')[1]).toBe('a1  a-very-lo…   0.5');
  });

  test('is never wider than the terminal, unless its fixed and least widths are', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'é', '漢', '😀', '-'), maxLength: 40 });
    const row = fc.tuple(fc.constant('id'), cell, fc.constant('1'), cell).map((cells) => [...cells]);
    fc.assert(
      fc.property(fc.array(row, { minLength: 1 }), fc.integer({ min: 25, max: 120 }), (rows, widthMax) => {
        for (const line of tableText(COLUMNS, rows, { widthMax }).split('\n')) {
          expect(Array.from(line).length).toBeLessThanOrEqual(widthMax);
        }
      }),
    );
  });

  test('paint sees cells with their padding, so that colours do not move columns', () => {
    const paint = (text: string, { title }: { title: string }): string => (title === 'ID' ? `<${text}>` : text);
    const text = tableText(COLUMNS, [['a', 'b', '1', '']], { widthMax: undefined, paint });
    expect(text).toBe('<ID>  NAME  CPUS\n<a >  b        1');
  });
});

describe('printable', () => {
  test('writes out what a terminal would obey', () => {
    expect(printable('a\u001b[31mb\nc\u202ed')).toBe('a\\x1b[31mb\\nc\\u202ed');
  });

  test('no control character is left, and what is harmless stays', () => {
    const unit = fc.integer({ min: 0, max: 0x20ff }).map((code) => String.fromCodePoint(code));
    fc.assert(
      fc.property(fc.string({ unit }), (text) => {
        // eslint-disable-next-line no-control-regex -- control characters are what is looked for
        expect(printable(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      }),
    );
    expect(printable('plain – ünïcode 漢字 😀')).toBe('plain – ünïcode 漢字 😀');
  });
});

describe('units', () => {
  test.each([
    [0, '0s'],
    [-5, '0s'],
    [59_999, '59s'],
    [60_000, '1m'],
    [3_600_000, '1h'],
    [47 * 3_600_000, '47h'],
    [48 * 3_600_000, '2d'],
  ])('an age of %i ms is %s', (ms, text) => expect(ageText(ms)).toBe(text));

  test.each([
    [0.1 + 0.2, '0.3'],
    [2, '2'],
    [0.0001, '0'],
  ])('%d is %s', (value, text) => expect(numberText(value)).toBe(text));

  test.each([
    [128, '128 MiB'],
    [1536, '1.5 GiB'],
    [200 * 1024 + 300, '200 GiB'],
  ])('%d MiB are %s', (mib, text) => expect(mibText(mib)).toBe(text));

  test('lists have an and', () => {
    expect([listed([]), listed(['a']), listed(['a', 'b']), listed(['a', 'b', 'c'])]).toEqual([
      '',
      'a',
      'a and b',
      'a, b and c',
    ]);
  });
});
