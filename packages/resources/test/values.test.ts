// Goal: the text of a value decides its type as in Mesos. Method: the vectors of Mesos' values tests, and more.
import { describe, expect, test } from 'vitest';
import { parseValue } from '@mini-mesos/resources';

describe('values that can be read', () => {
  test.each([
    ['45.55', { type: 'SCALAR', value: 45.55, milli: 45_550 }],
    ['0', { type: 'SCALAR', value: 0, milli: 0 }],
    ['.5', { type: 'SCALAR', value: 0.5, milli: 500 }],
    ['5.', { type: 'SCALAR', value: 5, milli: 5000 }],
    ['1e3', { type: 'SCALAR', value: 1000, milli: 1_000_000 }],
    ['+2', { type: 'SCALAR', value: 2, milli: 2000 }],
    ['0x10', { type: 'SCALAR', value: 16, milli: 16_000 }],
    [' 1 2 ', { type: 'SCALAR', value: 12, milli: 12_000 }],
    [
      '[10000-20000, 30000-50000]',
      {
        type: 'RANGES',
        ranges: [
          { begin: 10_000, end: 20_000 },
          { begin: 30_000, end: 50_000 },
        ],
      },
    ],
    ['[]', { type: 'RANGES', ranges: [] }],
    ['{sda1, sda2}', { type: 'SET', items: ['sda1', 'sda2'] }],
    ['{b,a}', { type: 'SET', items: ['b', 'a'] }],
    ['{}', { type: 'SET', items: [] }],
    ['123abc,s', { type: 'TEXT', text: '123abc,s' }],
    ['rack 1', { type: 'TEXT', text: 'rack1' }],
    ['a-b', { type: 'TEXT', text: 'a-b' }],
    ['(x)', { type: 'TEXT', text: '(x)' }],
  ])('%j', (text, value) => {
    expect(parseValue(text)).toEqual({ ok: true, value });
  });

  test.each([
    'inf',
    '-inf',
    'infinity',
    '-infinity',
    'nan',
    '-nan',
    'Infinity',
    '1e999',
    '-1',
    '-0x10',
    '1_000',
    '0x1p3',
  ])('%s is text', (text) => {
    expect(parseValue(text)).toEqual({ ok: true, value: { type: 'TEXT', text } });
  });
});

describe('values that cannot', () => {
  test.each([
    ['{aa,b}}', 'Mismatched brackets'],
    ['[1-2]]', 'Mismatched brackets'],
    ['a)b(', 'Mismatched brackets'],
    ['  ', 'Expecting non-empty string'],
    ['', 'Expecting non-empty string'],
    ['[1-2b]', "Expecting non-negative integers in '1-2b'"],
    ['[1-2, 3]', 'Expecting one or more "ranges"'],
    ['[9-1]', "Expecting begin <= end in '9-1'"],
    ['[0-9007199254740992]', "Expecting non-negative integers in '0-9007199254740992'"],
    ['a[1-2]', "Unexpected '[' found"],
    ['a{b}', "Unexpected '{' found"],
    ['7.63918e-313', 'Subnormal values not supported'],
    ['-7.63918e-313', 'Subnormal values not supported'],
  ])('%j: %s', (text, error) => {
    expect(parseValue(text)).toEqual({ ok: false, error });
  });
});
