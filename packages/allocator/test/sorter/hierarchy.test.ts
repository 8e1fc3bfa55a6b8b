// Goal: shares are compared level by level, and a role competes with the roles below it. Method: the vectors of Mesos'
// sorter tests (named in brackets).
import { describe, expect, test } from 'vitest';
import { ClusterTotal } from '../../src/sorter/share.js';
import { Sorter } from '../../src/sorter/sorter.js';
import { disk, res } from '../support/build.js';
import {
  all,
  convert,
  give,
  join,
  off,
  remove,
  runSorter,
  SorterRig,
  total,
  weight,
} from '../support/sorter-script.js';
import type { Step } from '../support/sorter-script.js';

const joinWith = (client: string, held: string): Step => all(join(client), give(client, held));
const hundred = total('cpus:100;mem:100');

test('subtrees compete with their siblings as one [HierarchicalAllocation]', () => {
  const rig = runSorter([
    [all(hundred, join('a', 'b/c', 'b/d')), 'a b/c b/d'],
    [give('a', 'cpus:6;mem:6'), 'b/c b/d a'],
    [all(give('b/c', 'cpus:4;mem:4'), give('b/d', 'cpus:3;mem:3')), 'a b/d b/c'],
    [give('a', 'cpus:2;mem:2'), 'b/d b/c a'],
    [join('b/e/f'), 'b/e/f b/d b/c a'],
    [give('b/e/f', 'cpus:3.5;mem:3.5'), 'a b/d b/e/f b/c'],
    [remove('b/e/f'), 'b/d b/c a'],
    [convert('b/c', 'cpus:4;mem:4', 'cpus:1;mem:1'), 'b/c b/d a'],
    [joinWith('b/e/f', 'cpus:3.5;mem:3.5'), 'b/c b/d b/e/f a'],
  ]);
  const { sorter } = rig;
  expect(['a', 'b', 'b/c', 'b/e', 'b/e/f'].map((client) => sorter.has(client))).toEqual([
    true,
    false,
    true,
    false,
    true,
  ]);
  expect(String(sorter.heldOn('a', 'agent'))).toBe('cpus:8; mem:8');
  expect(String(sorter.quantitiesOf('b/e/f'))).toBe('cpus:3.5; mem:3.5');
  expect(sorter.size).toBe(4);
});

test('the order goes down before it goes on [HierarchicalIterationOrder]', () => {
  runSorter([
    [all(hundred, join('a/b', 'c', 'd', 'd/e')), 'a/b c d d/e'],
    [give('c', 'cpus:8;mem:8'), 'a/b d d/e c'],
    [all(give('d', 'cpus:3;mem:3'), give('d/e', 'cpus:2;mem:2')), 'a/b d/e d c'],
    [give('a/b', 'cpus:6;mem:6'), 'd/e d a/b c'],
  ]);
});

describe('a role with roles below it', () => {
  test('that come later [AddChildToLeaf]', () => {
    const rig = runSorter([
      [all(hundred, joinWith('a', 'cpus:10;mem:10'), joinWith('b', 'cpus:6;mem:6')), 'b a'],
      [joinWith('a/c', 'cpus:5;mem:5'), 'b a/c a'],
      // Without a itself, its subtree is below b.
      [remove('a'), 'a/c b'],
      [joinWith('a', 'cpus:10;mem:10'), 'b a/c a'],
      // Against a/c the role a weighs 1, whatever the weight of a.
      [weight('a/c', 0.2), 'b a a/c'],
      [weight('a', 3), 'a a/c b'],
      [weight('a/c', 1), 'a/c a b'],
    ]);
    expect(rig.sorter.has('a')).toBe(true);
  });

  test('that were there first [AddChildToInternal]', () => {
    runSorter([
      [all(hundred, joinWith('x/a', 'cpus:10;mem:10'), joinWith('x/b', 'cpus:6;mem:6')), 'x/b x/a'],
      [joinWith('x', 'cpus:7;mem:7'), 'x/b x x/a'],
      [joinWith('z', 'cpus:20;mem:20'), 'z x/b x x/a'],
      [remove('x'), 'x/b x/a z'],
    ]);
  });

  test('while it is inactive itself [AddChildToInactiveLeaf]', () => {
    runSorter([
      [all(hundred, joinWith('a', 'cpus:10;mem:10'), joinWith('b', 'cpus:6;mem:6')), 'b a'],
      [off('a'), 'b'],
      [joinWith('a/c', 'cpus:5;mem:5'), 'b a/c'],
    ]);
  });

  test('is what it was when they are gone [RemoveLeafCollapseParent]', () => {
    runSorter([
      [all(hundred, joinWith('a', 'cpus:10;mem:10'), joinWith('b', 'cpus:6;mem:6')), 'b a'],
      [joinWith('a/c', 'cpus:5;mem:5'), 'b a/c a'],
      [remove('a/c'), 'b a'],
      [give('b', 'cpus:5;mem:5'), 'a b'],
    ]);
  });

  test('stays inactive when they are gone [RemoveLeafCollapseParentInactive]', () => {
    runSorter([
      [all(hundred, joinWith('a', 'cpus:10;mem:10'), joinWith('b', 'cpus:6;mem:6')), 'b a'],
      [all(joinWith('a/c', 'cpus:5;mem:5'), off('a')), 'b a/c'],
      [remove('a/c'), 'b'],
    ]);
  });

  test('keeps how often it was served when they come', () => {
    runSorter([
      [all(hundred, join('a'), give('a', 'cpus:1'), give('a', 'cpus:1')), 'a'],
      [joinWith('a/c', 'cpus:2'), 'a/c a'],
    ]);
  });

  test('wins ties against them, being the lower path', () => {
    runSorter([[all(hundred, join('a/0', 'a')), 'a a/0']]);
  });
});

test('names of frameworks are no paths', () => {
  const sorter = new Sorter({ kind: 'drf', total: new ClusterTotal(), isFlat: true });
  for (const client of ['a/b', 'a', 'a/b/c']) {
    sorter.add(client);
    sorter.setActive(client, true);
  }
  expect(sorter.order()).toEqual(['a', 'a/b', 'a/b/c']);
  sorter.remove('a');
  expect(sorter.order()).toEqual(['a/b', 'a/b/c']);
});

describe('what is held', () => {
  const disk10 = 'cpus:10;mem:10;disk:10';

  test.each(['drf', 'random'] as const)('in a %s sorter may turn into something else [UpdateAllocation]', (kind) => {
    const rig = new SorterRig({ kind });
    all(join('a', 'b'), total(disk10), give('a', disk10))(rig);
    const volume = res('disk(r):5');
    convert('a', 'disk:5', volume)(rig);
    expect(String(rig.sorter.heldOn('a', 'agent'))).toBe('cpus:10; mem:10; disk:5; disk(reservations: [(STATIC,r)]):5');
    expect(String(rig.sorter.quantitiesOf('a'))).toBe('cpus:10; disk:10; mem:10');
    convert('a', rig.sorter.heldOn('a', 'agent'), res(''))(rig);
    expect([rig.sorter.holds('a'), String(rig.sorter.quantitiesOf('a'))]).toEqual([false, '{}']);
  });

  test('counts for the nodes above too [UpdateAllocationNestedClient]', () => {
    runSorter([
      [all(total(disk10), join('a/x', 'b/y'), give('a/x', disk10), give('b/y', 'cpus:9')), 'b/y a/x'],
      [convert('a/x', 'cpus:10;mem:10;disk:10', 'cpus:1'), 'a/x b/y'],
    ]);
  });

  test.each(['drf', 'random'] as const)(
    'by an inactive client of a %s sorter is known [AllocationForInactiveClient]',
    (kind) => {
      const rig = new SorterRig({ kind });
      all(total('cpus:10;mem:10'), join('a', 'b'), off('a'), give('a', 'cpus:2;mem:2'), give('b', 'cpus:3;mem:3'))(rig);
      expect(String(rig.sorter.heldOn('a', 'agent'))).toBe('cpus:2; mem:2');
      expect(String(rig.sorter.quantitiesOf('a'))).toBe('cpus:2; mem:2');
      expect(String(rig.sorter.quantitiesOf('b'))).toBe('cpus:3; mem:3');
    },
  );

  test('is known agent by agent, ports too [MultipleSlaves]', () => {
    const rig = new SorterRig();
    const text = 'cpus:2;mem:512;ports:[31000-32000]';
    all(
      join('f'),
      total('cpus:2;mem:512', 'A'),
      total('cpus:2;mem:512', 'B'),
      give('f', text, 'A'),
      give('f', text, 'B'),
    )(rig);
    expect(['A', 'B'].map((agent) => String(rig.sorter.heldOn('f', agent)))).toEqual([
      'cpus:2; mem:512; ports:[31000-32000]',
      'cpus:2; mem:512; ports:[31000-32000]',
    ]);
    expect(String(rig.sorter.quantitiesOf('f'))).toBe('cpus:4; mem:1024');
  });

  test('may turn into something else on one agent of several [MultipleSlavesUpdateAllocation]', () => {
    const rig = new SorterRig();
    const text = 'cpus:2;mem:512;disk:10;ports:[31000-32000]';
    all(join('f'), give('f', text, 'A'), give('f', text, 'B'))(rig);
    const volume = disk(5, { id: '1', role: 'r' });
    rig.sorter.converted('f', 'A', { from: res('disk:5'), to: volume });
    expect(rig.sorter.heldOn('f', 'A').equals(res(text).minus(res('disk:5')).plus(volume))).toBe(true);
    expect(rig.sorter.heldOn('f', 'B').equals(res(text))).toBe(true);
    expect(String(rig.sorter.quantitiesOf('f'))).toBe('cpus:4; disk:20; mem:1024');
  });

  test('by a removed client is not held above it any more', () => {
    runSorter([
      [all(hundred, joinWith('a/x', 'cpus:10'), joinWith('a/y', 'cpus:1'), joinWith('b', 'cpus:5')), 'b a/y a/x'],
      [remove('a/x'), 'a/y b'],
    ]);
  });
});
