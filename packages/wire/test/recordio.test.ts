// Goal: records survive any cut of the stream, and a malformed stream is refused. Method: random records, random cuts.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeRecord, RecordDecoder, RecordError } from '@mini-mesos/wire';

describe('RecordDecoder', () => {
  test('gives back what was encoded, wherever the transport cuts', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
        (records, cuts) => {
          const all = Buffer.concat(records.map((record) => encodeRecord(record)));
          const decoder = new RecordDecoder();
          const out: Buffer[] = [];
          for (let at = 0, i = 0; at < all.length; i++) {
            const size = cuts[i % cuts.length] ?? 1;
            out.push(...decoder.push(all.subarray(at, at + size)));
            at += size;
          }
          expect(out.map((record) => [...record])).toEqual(records.map((record) => [...record]));
          expect(decoder.isAtBoundary).toBe(true);
        },
      ),
    );
  });

  test('a record keeps its bytes when the chunk it came in is reused', () => {
    const chunk = encodeRecord('abc');
    const [record] = new RecordDecoder().push(chunk);
    chunk.fill(0);
    expect(record?.toString()).toBe('abc');
  });

  test.each(['x\n', '-1\n', '1.5\nx', ' 3\nabc', '123456789012345678901234'])('refuses %j', (text) => {
    expect(() => new RecordDecoder().push(Buffer.from(text))).toThrow(RecordError);
  });

  test('refuses a record larger than the bound before reading it', () => {
    expect(() => new RecordDecoder({ recordMaxBytes: 10 }).push(Buffer.from('11\n'))).toThrow('larger than');
  });

  test('knows that a stream was cut', () => {
    const decoder = new RecordDecoder();
    decoder.push(Buffer.from('3\nab'));
    expect(decoder.isAtBoundary).toBe(false);
  });
});
