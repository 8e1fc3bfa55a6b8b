// Goal: records come back from their encoded form exactly as they were. Method: random values of every kind, in
// batches that are alike and batches that are mixed; damage of every byte is noticed.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeFrames, decodePairs, encodeFrames, FrameEncoder, FrameError, frameAt } from '../src/data/frames.js';
import { RecordError } from '../src/data/columns.js';
import { detached } from '../src/data/string-column.js';

const scalar = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.bigInt(),
  fc.date(),
  fc.constantFrom(null, undefined, -0, Number.NaN, '\ud800', new Date(Number.NaN)),
);
const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(fc.string({ maxLength: 4 }), tie('value'), { maxKeys: 4, noNullPrototype: true }),
    fc.uint8Array(),
  ),
})).value;

/** Batches whose records have one shape, which is what columns are for. */
const alike = fc.oneof(
  fc.array(fc.string()),
  fc.array(fc.tuple(fc.string(), fc.integer({ min: -200, max: 200 }))),
  fc.array(fc.tuple(fc.integer({ min: -70_000, max: 70_000 }), fc.option(fc.double()))),
  fc.array(
    fc.record(
      { id: fc.integer(), tags: fc.array(fc.string({ maxLength: 3 })), at: fc.date() },
      { noNullPrototype: true },
    ),
  ),
  fc.array(fc.array(fc.integer())),
  fc.array(fc.constantFrom(null, undefined)),
  fc.array(fc.boolean()),
);

describe('frames of records', () => {
  test('give back batches of one shape', () => {
    fc.assert(
      fc.property(alike, (records) => {
        expect(decodeFrames(encodeFrames(records))).toEqual(records);
      }),
    );
  });

  test('give back anything', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 20 }), (records) => {
        expect(decodeFrames(encodeFrames(records))).toStrictEqual(records);
      }),
    );
  });

  test('keep what structured clone keeps: Map, Set, Error, cycles', () => {
    const cyclic: { self?: unknown } = {};
    cyclic.self = cyclic;
    const [map, set, error, back] = decodeFrames(
      encodeFrames([new Map([[1, 2]]), new Set(['a']), new Error('x'), cyclic]),
    ) as [Map<number, number>, Set<string>, Error, typeof cyclic];
    expect(map.get(1)).toBe(2);
    expect(set.has('a')).toBe(true);
    expect(error.message).toBe('x');
    expect(back.self).toBe(back);
  });

  test('refuse functions and name promises', () => {
    expect(() => encodeFrames([() => 1])).toThrow(RecordError);
    expect(() => encodeFrames([Promise.resolve(1)])).toThrow(/mark the function that makes it async/);
  });

  test('decode from shared memory', () => {
    const frames = encodeFrames([
      ['a', 1.5],
      ['b', 2],
      ['c', null],
    ]);
    const shared = Buffer.from(new SharedArrayBuffer(frames.length));
    shared.set(frames);
    expect(decodeFrames(shared)).toEqual([
      ['a', 1.5],
      ['b', 2],
      ['c', null],
    ]);
  });

  test('pairs come as two columns', () => {
    const bytes = new FrameEncoder().encode([
      ['a', 1],
      ['b', 2],
    ]);
    const { frame } = frameAt(bytes, 0) as NonNullable<ReturnType<typeof frameAt>>;
    expect(decodePairs(frame)).toEqual({ keys: ['a', 'b'], values: [1, 2] });
  });

  test('a changed bit anywhere is noticed', () => {
    const bytes = encodeFrames(['some', 'words', 'and', 1, 2, { a: 3 }]);
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Buffer.from(bytes);
      damaged.writeUInt8(bytes.readUInt8(at) ^ 0x40, at);
      expect(() => decodeFrames(damaged), `byte ${at}`).toThrow(FrameError);
    }
    expect(() => decodeFrames(bytes.subarray(0, bytes.length - 1))).toThrow(FrameError);
  });

  test('large records make frames of few records', () => {
    const encoder = new FrameEncoder();
    encoder.encode(['x'.repeat(1_000_000)]);
    expect(encoder.batchSize).toBe(16);
    encoder.encode(['x']);
    expect(encoder.batchSize).toBe(4096);
  });
});

test('detached strings are equal to what they were cut from', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      expect(detached(text)).toBe(text);
    }),
  );
  expect(detached(`${'a'.repeat(20)}\ud800`)).toBe(`${'a'.repeat(20)}\ud800`);
});
