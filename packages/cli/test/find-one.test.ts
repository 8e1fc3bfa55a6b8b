// Goal: a person's word for a task, agent or framework finds the one that is meant, never one of several; what listings
// show is found again. Method: the pure lookup, with examples and a property.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findOne, shortIds } from '../src/core/lookup/find-one.js';

interface Thing {
  id: string;
  name: string;
}

const find = (items: readonly Thing[], wanted: string): string => {
  const found = findOne(items, wanted, { id: ({ id }) => id, names: ({ name }) => [name] });
  if (found.kind === 'one') return found.item.id;
  return found.kind === 'several' ? `several: ${found.items.map(({ id }) => id).join(' ')}` : 'none';
};

const UUID = '7aa267e0-b487-4a57-9cdf-1096543f0a39';
const things = [
  { id: 'web-1', name: 'web' },
  { id: 'web-10', name: 'web' },
  { id: 'db-7f3', name: 'web-1' },
];

describe('finding', () => {
  test.each([
    ['web-1', 'web-1'],
    ['web-10', 'web-10'],
    ['db', 'db-7f3'],
    ['web', 'several: web-1 web-10'],
    ['we', 'several: web-1 web-10'],
    ['', 'none'],
    ['xyz', 'none'],
  ])('%s: %s', (wanted, found) => expect(find(things, wanted)).toBe(found));

  test('the part of an id in which Mesos counts is enough', () => {
    const agents = [`${UUID}-S1`, `${UUID}-S12`].map((id) => ({ id, name: 'host' }));
    expect(find(agents, 'S1')).toBe(`${UUID}-S1`);
    expect(find(agents, 'host')).toBe(`several: ${UUID}-S1 ${UUID}-S12`);
    expect(find([{ id: `${UUID}-0003`, name: 'x' }], '0003')).toBe(`${UUID}-0003`);
  });
});

describe('short ids', () => {
  test('are the last parts where these say all', () => {
    expect([...shortIds([`${UUID}-S0`, `${UUID}-S1`]).values()]).toEqual(['S0', 'S1']);
  });

  test('are whole where the last parts are the same, or there are none', () => {
    const other = UUID.replace('7', '8');
    expect([...shortIds([`${UUID}-S0`, `${other}-S0`]).values()]).toEqual([`${UUID}-S0`, `${other}-S0`]);
    expect([...shortIds([`${UUID}-S0`, 'web-x']).values()]).toEqual([`${UUID}-S0`, 'web-x']);
  });

  test('are found again', () => {
    const id = fc
      .tuple(fc.constantFrom(UUID, UUID.replace('7', '8')), fc.constantFrom('S', 'S1', '000'), fc.nat(20))
      .map(([master, letter, count]) => `${master}-${letter}${count}`);
    fc.assert(
      fc.property(fc.uniqueArray(id), (ids) => {
        const items = ids.map((one) => ({ id: one, name: '' }));
        for (const [whole, short] of shortIds(ids)) expect(find(items, short)).toBe(whole);
      }),
    );
  });
});
