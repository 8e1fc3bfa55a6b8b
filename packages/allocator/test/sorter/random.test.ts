// Goal: the lottery gives each client its chances, and the same draw for the same salt. Method: the tables of Mesos'
// sorter tests over many draws; their bound is 5 in a hundred.
import { describe, expect, test } from 'vitest';
import { join, off, SorterRig, weight } from '../support/sorter-script.js';
import type { Step } from '../support/sorter-script.js';

/** How often, in parts of 1, each client (row) came to each place (column). */
function places(clients: readonly string[], steps: readonly Step[], draws: number): number[][] {
  const rig = new SorterRig({ kind: 'random' });
  for (const step of steps) step(rig);
  const orders = Array.from({ length: draws }, (_, salt) => rig.sorter.order(salt));
  return clients.map((client) =>
    clients.map((_, place) => orders.filter((order) => order[place] === client).length / draws),
  );
}

function expectNear(actual: readonly number[][], expected: readonly number[][]): void {
  // One decimal: closer than 0.05.
  expect(actual).toEqual(expected.map((row) => row.map((value) => expect.closeTo(value, 1))));
}

describe('chances', () => {
  test('follow weights [RandomSorterTest.ProbabilityDistribution, WeightedShuffleTest]', () => {
    const clients = ['0', '1', '2', '3', '4'];
    const steps = [join(...clients), ...clients.map((client, i) => weight(client, i + 1))];
    expectNear(places(clients, steps, 4000), [
      [0.07, 0.08, 0.12, 0.2, 0.54],
      [0.13, 0.16, 0.2, 0.28, 0.23],
      [0.2, 0.22, 0.24, 0.22, 0.12],
      [0.27, 0.26, 0.23, 0.17, 0.07],
      [0.33, 0.28, 0.21, 0.13, 0.04],
    ]);
  });

  test('multiply down the tree [HierarchicalProbabilityDistribution]', () => {
    const clients = ['a', 'a/b', 'c/d', 'c/e'];
    const steps = [
      join(...clients),
      weight('a', 1),
      weight('a/b', 2),
      weight('c', 2),
      weight('c/d', 1),
      weight('c/e', 2),
    ];
    expectNear(places(clients, steps, 4000), [
      [0.11, 0.15, 0.23, 0.51],
      [0.22, 0.27, 0.3, 0.21],
      [0.22, 0.27, 0.3, 0.21],
      [0.44, 0.31, 0.18, 0.07],
    ]);
  });

  test('of the inactive go to their siblings', () => {
    const clients = ['a/x', 'a/y', 'b'];
    const [, , b] = places(clients, [join(...clients), off('a/x'), off('a/y')], 10);
    expect(b).toEqual([expect.closeTo(1), 0, 0]);
  });
});

test('the same salt draws the same order, another one another', () => {
  const draw = (salt: number) => {
    const rig = new SorterRig({ kind: 'random' });
    join('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h')(rig);
    return rig.sorter.order(salt).join('');
  };
  expect(draw(7)).toBe(draw(7));
  expect(new Set([1, 2, 3, 4, 5].map(draw)).size).toBe(5);
});
