// Goal: agents on one machine offer about what it has, and never the same port twice. Method: the pure split, with
// examples and a property.
import { Resources } from '@mini-mesos/resources';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitResources } from '../src/core/local/split-resources.js';

const GIB = 2 ** 30;
const FACTS = { cpuCount: 8, memTotalBytes: 17 * GIB, diskTotalBytes: 105 * GIB };

function split(given: string, agents: number, facts: typeof FACTS = FACTS): Resources[] {
  const texts = splitResources(given, { agents, facts });
  if (!texts.ok) throw new Error(texts.error);
  return texts.value.map((text) => {
    const parsed = Resources.parse(text);
    if (!parsed.ok) throw new Error(`${text}: ${parsed.error}`);
    return parsed.value;
  });
}

test('the machine is shared out', () => {
  expect(split('', 2).map(String)).toEqual([
    'cpus:4; mem:8192; disk:51200; ports:[31000-31499]',
    'cpus:4; mem:8192; disk:51200; ports:[31500-31999]',
  ]);
});

test('what is given is for every agent, the rest is shared out', () => {
  expect(split('cpus:16;gpus:1;', 2).map((one) => [one.scalarMilli('cpus'), one.scalarMilli('mem')])).toEqual([
    [16_000, 8_192_000],
    [16_000, 8_192_000],
  ]);
});

test('JSON is completed as JSON', () => {
  const given = JSON.stringify([{ name: 'cpus', type: 'SCALAR', scalar: { value: 3 } }]);
  expect(split(given, 2).map(String)).toEqual([
    'cpus:3; mem:8192; disk:51200; ports:[31000-31499]',
    'cpus:3; mem:8192; disk:51200; ports:[31500-31999]',
  ]);
});

test('a small machine is overcommitted rather than cut into useless pieces', () => {
  const [one] = split('', 8, { cpuCount: 2, memTotalBytes: GIB, diskTotalBytes: GIB });
  expect([one?.scalarMilli('cpus'), one?.scalarMilli('mem')]).toEqual([1000, 256_000]);
});

test('what cannot be read is refused with the flag', () => {
  expect(splitResources('cpus', { agents: 1, facts: FACTS })).toMatchObject({
    ok: false,
    error: expect.stringMatching(/^--resources: cannot read 'cpus'/),
  });
});

test('no port is given twice', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), (agents) => {
      const seen = new Set<number>();
      for (const { begin, end } of split('', agents).flatMap((one) => one.ranges('ports'))) {
        for (let port = begin; port <= end; port += 1) {
          expect(seen.has(port)).toBe(false);
          seen.add(port);
        }
      }
    }),
    { numRuns: 20 },
  );
});
