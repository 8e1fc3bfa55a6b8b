// Goal: records are found however the network cuts the stream, and a lost stream is noticed and tried again calmly.
// Method: any records in any pieces; the waits as numbers.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BACKOFF_MAX_MS, backoffMs, nextAttempt, silenceLimitMs } from '../src/core/connection.js';
import { RecordDecoder } from '../src/core/record-io.js';

const encoder = new TextEncoder();

function encode(records: readonly string[]): Uint8Array {
  const parts = records.map((record) => encoder.encode(record));
  return Buffer.concat(parts.flatMap((part) => [Buffer.from(`${part.length}\n`), Buffer.from(part)]));
}

describe('records', () => {
  test('property: any records in pieces of any size come out whole and in order', () => {
    const records = fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 6 });
    fc.assert(
      fc.property(records, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (sent, sizes) => {
        const bytes = encode(sent);
        const decoder = new RecordDecoder();
        const got: string[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          got.push(...decoder.push(bytes.subarray(at, at + size)));
          at += size;
        }
        expect(got).toEqual(sent);
      }),
    );
  });

  test.each(['<html>', '-1\n', '12a\n', '\n', '99999999999\n'])('%j is no record', (text) => {
    expect(() => new RecordDecoder().push(encoder.encode(text))).toThrow(/not made of records/);
  });

  test('a record larger than any cluster is refused before it is collected', () => {
    expect(() => new RecordDecoder().push(encoder.encode('999999999\n'))).toThrow(/too large/);
  });
});

describe('connection', () => {
  test('each wait is twice the last one, up to a limit, and never without a random part', () => {
    expect([0, 1, 2, 3].map((attempt) => backoffMs(attempt, 1))).toEqual([500, 1000, 2000, 4000]);
    expect(backoffMs(100, 1)).toBe(BACKOFF_MAX_MS);
    expect(backoffMs(1, 0)).toBe(500);
  });

  test('two heartbeats may be missed, not more', () => {
    expect(silenceLimitMs(15_000)).toBeGreaterThan(30_000);
    expect(silenceLimitMs(15_000)).toBeLessThan(45_000);
  });

  test('a stream that lasted begins the waits anew, one that broke at once does not', () => {
    expect(nextAttempt(4, 60_000)).toBe(0);
    expect(nextAttempt(4, 10)).toBe(5);
  });
});
