// Goal: which keys are the same, their hashes and their order agree with each other. Method: random keys, tables.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalText, hashKey, KeyError, KeyIntern, sameKey } from '../src/data/keys.js';
import { compareValues } from '../src/data/ordering.js';

const scalar = fc.oneof(
  fc.string({ maxLength: 3 }),
  fc.integer({ min: -3, max: 3 }),
  fc.double(),
  fc.bigInt({ min: -3n, max: 3n }),
  fc.boolean(),
  fc.date({ min: new Date(0), max: new Date(3) }),
  fc.constantFrom(null, undefined, Number.NaN, -0, 0),
);
const key = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 2 }),
  fc.record({ a: scalar, b: scalar }, { noNullPrototype: true, requiredKeys: ['a'] }),
);

describe('keys', () => {
  test('the same keys have the same hash and compare as equal; others do not', () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        const same = sameKey(a, b);
        expect(sameKey(b, a)).toBe(same);
        if (same) expect(hashKey(a)).toBe(hashKey(b));
        expect(compareValues(a, b) === 0).toBe(same);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    [1, '1', false],
    [1, 1n, false],
    [0, -0, true],
    [Number.NaN, Number.NaN, true],
    [null, undefined, false],
    [true, 1, false],
    [new Date(5), new Date(5), true],
    [new Date(5), 5, false],
    [['a', 1], ['a', 1], true],
    [[1, 2], [12], false],
    [['ab', 'c'], ['a', 'bc'], false],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
    [{ a: 1 }, { a: 1, b: undefined }, false],
    [new Uint8Array([1, 2]), new Uint8Array([1, 2]), true],
  ])('%o and %o: same is %o', (a, b, expected) => {
    expect(sameKey(a, b)).toBe(expected);
    expect(hashKey(a) === hashKey(b)).toBe(expected);
  });

  test('hashes do not change from version to version: data on disk is placed by them', () => {
    expect(['word', 1, 1.5, -1, 10n, true, null, undefined, ['a', 1], { k: 'v' }].map(hashKey)).toMatchInlineSnapshot(`
      [
        826176018,
        3844387312,
        2310861981,
        1995025149,
        1389517020,
        1174090818,
        1257837420,
        2760630840,
        1998054474,
        2888108011,
      ]
    `);
  });

  test('hashes spread evenly', () => {
    const counts = new Uint32Array(16);
    for (let index = 0; index < 16_000; index++) {
      const place = hashKey(`word-${index}`) % 16;
      counts.fill((counts[place] ?? 0) + 1, place, place + 1);
    }
    expect(Math.min(...counts)).toBeGreaterThan(850);
    expect(Math.max(...counts)).toBeLessThan(1150);
  });

  test('an intern table gives one holder for equal structures, and primitives as they are', () => {
    const table = new KeyIntern();
    expect(table.intern({ a: [1] })).toBe(table.intern({ a: [1] }));
    expect(table.intern('x')).toBe('x');
    expect(KeyIntern.restore(table.intern([1, 2]))).toEqual([1, 2]);
  });

  test('what cannot be a key is refused with a reason', () => {
    expect(() => hashKey(() => 1)).toThrow(KeyError);
    expect(() => hashKey(Symbol('x'))).toThrow(KeyError);
    expect(() => hashKey(new Map())).toThrow(/an instance of Map cannot be a key/);
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    expect(() => canonicalText(cyclic)).toThrow(/refers to itself/);
  });
});

describe('the natural order', () => {
  test('is total', () => {
    fc.assert(
      fc.property(key, key, key, (a, b, c) => {
        expect(Math.sign(compareValues(a, b))).toBe(-Math.sign(compareValues(b, a)) + 0);
        if (compareValues(a, b) <= 0 && compareValues(b, c) <= 0) expect(compareValues(a, c)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 2000 },
    );
  });

  test('puts kinds, numbers, strings and arrays as documented', () => {
    const ordered = [
      null,
      undefined,
      false,
      true,
      -Infinity,
      -1,
      0,
      1,
      1n,
      2.5,
      Infinity,
      Number.NaN,
      new Date(1),
      '',
      'B',
      'a',
      [],
      [1],
      [1, 0],
      [2],
      { a: 1 },
    ];
    expect(
      ordered
        .toReversed()
        .toSorted(compareValues)
        .filter((value) => value !== undefined),
    ).toEqual(ordered.filter((value) => value !== undefined));
  });
});
