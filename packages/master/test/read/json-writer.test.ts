// Goal: what is written piece by piece is what JSON.stringify would write, and a large answer lets other work run.
// Method: random values, and a timer that counts while a large value is written.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Listing, listing } from '../../src/core/views/listing.js';
import { JsonText, writeJson, writeJsonInSlices } from '../../src/shell/http/read/json-writer.js';

const plain = fc.jsonValue({ maxDepth: 2 });
const listed = fc.array(plain).map((items) => listing(items, (item) => item));

describe('writeJson', () => {
  it('writes what JSON.stringify writes, listings included', () => {
    fc.assert(
      fc.property(fc.record({ a: listed, b: plain, c: fc.record({ d: listed, e: plain }) }), (value) => {
        expect(writeJson(value).toString()).toBe(JSON.stringify(value));
      }),
    );
  });

  it('writes the same in slices', async () => {
    await fc.assert(
      fc.asyncProperty(fc.record({ a: listed, b: plain }), async (value) => {
        expect((await writeJsonInSlices(value, 0)).toString()).toBe(JSON.stringify(value));
      }),
    );
  });

  it('puts written JSON in as it is, and leaves undefined fields out', () => {
    const value = { a: new JsonText('{"x":1.0}'), b: undefined, c: new Listing(() => [new JsonText('2.0')].values()) };
    expect(writeJson(value).toString()).toBe('{"a":{"x":1.0},"c":[2.0]}');
    expect(writeJson({ a: { b: new Listing(() => [].values()) } }).toString()).toBe('{"a":{"b":[]}}');
  });

  it('keeps characters whole where pieces end', () => {
    const value = {
      list: listing(
        Array.from({ length: 100_000 }, (_, i) => `é${i}`),
        (text) => text,
      ),
    };
    expect(writeJson(value).toString()).toBe(JSON.stringify(value));
  });
});

describe('writeJsonInSlices', () => {
  it('lets other work run between slices', async () => {
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns += 1;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    const items = Array.from({ length: 1000 }, (_, i) => ({ i, text: 'x'.repeat(1000) }));
    await writeJsonInSlices({ list: listing(items, (item) => item) }, 0);
    isDone = true;
    expect(turns).toBeGreaterThan(100);
  });

  it('does not wait for a small answer', async () => {
    let isLater = false;
    setImmediate(() => (isLater = true));
    await writeJsonInSlices({ list: listing([1, 2], (item) => item) });
    expect(isLater).toBe(false);
  });
});
