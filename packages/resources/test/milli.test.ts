// Goal: doubles become thousandths and back as in Mesos. Method: examples, and round trips over random thousandths.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromMilli, printMilli, toMilli } from '@mini-mesos/resources';

describe('rounding to thousandths', () => {
  test.each([
    [1.5011, 1501],
    [1.5015, 1502],
    [1.2345, 1235],
    [1.2344, 1234],
    [-1.5015, -1502],
    [-0.0004, 0],
    [0.0005, 1],
    [0.1 + 0.2, 300],
    [99_999_999_999.9994, 99_999_999_999_999],
    [0, 0],
    [-0, 0],
  ])('%d is %d thousandths', (value, milli) => {
    expect(toMilli(value)).toBe(milli);
  });

  test('what is not finite stays so', () => {
    expect(toMilli(NaN)).toBeNaN();
    expect(toMilli(Infinity)).toBe(Infinity);
    expect(toMilli(-Infinity)).toBe(-Infinity);
  });

  test.each([
    [1001, 1.001],
    [45_550, 45.55],
    [-1500, -1.5],
    [0, 0],
  ])('%d thousandths are %d', (milli, value) => {
    expect(fromMilli(milli)).toBe(value);
  });

  test('thousandths survive the way through a double', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e15, max: 1e15 }), (milli) => {
        expect(toMilli(fromMilli(milli))).toBe(milli);
      }),
    );
  });
});

describe('printing', () => {
  test.each([
    [1234, '1.234'],
    [1100, '1.1'],
    [1_000_001_000, '1000001'],
    [99_999_999_999_999, '99999999999.999'],
    [5, '0.005'],
    [-1500, '-1.5'],
    [0, '0'],
    [Number.MAX_SAFE_INTEGER, '9007199254740.991'],
  ])('%d prints as %s', (milli, text) => {
    expect(printMilli(milli)).toBe(text);
  });

  test('what is printed can be read back', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e15, max: 1e15 }), (milli) => {
        expect(toMilli(Number(printMilli(milli)))).toBe(milli);
      }),
    );
  });
});
