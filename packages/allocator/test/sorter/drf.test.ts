// Goal: clients are served by weighted dominant share. Method: the vectors of Mesos' sorter tests (named in brackets).
import { describe, expect, test } from 'vitest';
import { disk, res, revocable } from '../support/build.js';
import {
  add,
  all,
  convert,
  give,
  join,
  off,
  on,
  remove,
  runSorter,
  SorterRig,
  take,
  total,
  weight,
} from '../support/sorter-script.js';
import type { Row, Step } from '../support/sorter-script.js';

const joinWith = (client: string, held: string): Step => all(join(client), give(client, held));

/** The rows of DRFSorterTest.DRF under other names of clients. */
function sharesDecide([a, b, c, d, e, f]: [string, string, string, string, string, string]): Row[] {
  return [
    [total('cpus:100;mem:100'), ''],
    [joinWith(a, 'cpus:5;mem:5'), a],
    [joinWith(b, 'cpus:6;mem:6'), `${a} ${b}`],
    [joinWith(c, 'cpus:1;mem:1'), `${c} ${a} ${b}`],
    [joinWith(d, 'cpus:3;mem:1'), `${c} ${d} ${a} ${b}`],
    [remove(a), `${c} ${d} ${b}`],
    // Shares: b 0.02, c 0.01, d 0.03.
    [take(b, 'cpus:4;mem:4'), `${c} ${b} ${d}`],
    [joinWith(e, 'cpus:1;mem:5'), `${c} ${b} ${d} ${e}`],
    // b 0.04, c 0.02, d 0.06, e 0.05.
    [total('cpus:50;mem:100'), `${c} ${b} ${e} ${d}`],
    [total('cpus:50;mem:200'), `${c} ${e} ${b} ${d}`],
    [joinWith(f, 'cpus:5;mem:1'), `${c} ${e} ${b} ${d} ${f}`],
    // b 0.04, c 0.075, d 0.06, e 0.025, f 0.1.
    [give(c, 'cpus:0;mem:15'), `${e} ${b} ${d} ${c} ${f}`],
    [off(d), `${e} ${b} ${c} ${f}`],
    [on(d), `${e} ${b} ${d} ${c} ${f}`],
  ];
}

describe('the lowest dominant share comes first', () => {
  test('[DRF]', () => {
    const { sorter } = runSorter(sharesDecide(['a', 'b', 'c', 'd', 'e', 'f']));
    expect([sorter.has('a'), sorter.has('d'), sorter.size]).toEqual([false, true, 5]);
  });

  test('in trees that do not meet it is the same [ShallowHierarchy]', () => {
    runSorter(sharesDecide(['a/a', 'b/b', 'c/c', 'd/d', 'e/e', 'f/f']));
  });

  test('however deep they are [DeepHierarchy]', () => {
    const { sorter } = runSorter(sharesDecide(['a/a/a/a/a', 'b/b/b/b', 'c/c/c', 'd/d', 'e/e/e/e/e/e', 'f/f']));
    expect([sorter.has('a/a/a/a/a'), sorter.has('b/b/b/b'), sorter.has('b/b')]).toEqual([false, true, false]);
  });

  test('a larger total changes which resource dominates [UpdateTotal]', () => {
    runSorter([
      [all(join('a', 'b'), total('cpus:10;mem:100')), 'a b'],
      [all(give('a', 'cpus:2;mem:1'), give('b', 'cpus:1;mem:2')), 'b a'],
      [total('cpus:100;mem:10'), 'a b'],
    ]);
  });

  test('the total is that of all agents [MultipleSlavesUpdateTotal]', () => {
    runSorter([
      [all(join('a', 'b'), total('cpus:5;mem:50', '1'), total('cpus:5;mem:50', '2')), 'a b'],
      [all(give('a', 'cpus:2;mem:1', '1'), give('b', 'cpus:1;mem:3', '2')), 'b a'],
      [total('cpus:95;mem:50', '1'), 'a b'],
    ]);
  });

  test('less in the total and less held [RemoveResources]', () => {
    runSorter([
      [all(join('a', 'b'), total('cpus:10')), 'a b'],
      [all(give('a', 'cpus:6'), give('b', 'cpus:4')), 'b a'],
      [all(total('cpus:5'), convert('a', 'cpus:6', 'cpus:1')), 'a b'],
    ]);
  });

  test('what is revocable counts like everything else [RevocableResources]', () => {
    const rig = runSorter([
      [all(join('a', 'b'), total('cpus:20;mem:100')), 'a b'],
      [all(give('a', 'cpus:2;mem:1'), give('b', res('cpus:1;mem:1').plus(revocable('cpus:9')))), 'a b'],
    ]);
    expect(String(rig.sorter.heldOn('b', 'agent'))).toBe('cpus:1; cpus{REV}:9; mem:1');
  });

  test('several items of a name count together [SplitResourceShares]', () => {
    runSorter([
      [all(join('a', 'b'), total('cpus:100;mem:100;disk:100')), 'a b'],
      [
        all(
          give('a', 'cpus:9;mem:9;disk:9'),
          give(
            'b',
            res('cpus:9;mem:9')
              .plus(disk(5, { role: 'r', id: '1' }))
              .plus(disk(5, { role: 'r', id: '2' })),
          ),
        ),
        'a b',
      ],
      // The order is one of shares, not of names: with a little more, a comes last.
      [give('a', 'disk:2'), 'b a'],
    ]);
  });

  test('excluded names do not count in shares', () => {
    const rows: Row[] = [
      [all(join('a', 'b'), total('cpus:10;gpus:2')), 'a b'],
      [all(give('a', 'cpus:1;gpus:2'), give('b', 'cpus:2')), 'a b'],
    ];
    const rig = runSorter(rows, new SorterRig({ excluded: ['gpus'] }));
    expect([rig.sorter.shareOf('a'), rig.sorter.shareOf('b')]).toEqual([0.1, 0.2]);
  });
});

describe('weights', () => {
  test('a weight divides the share [WDRF]', () => {
    runSorter([
      [all(total('cpus:100;mem:100'), joinWith('a', 'cpus:5;mem:5')), 'a'],
      // a 0.05, b 0.03.
      [all(join('b'), weight('b', 2), give('b', 'cpus:6;mem:6')), 'b a'],
      [joinWith('c', 'cpus:4;mem:4'), 'b c a'],
      // d 0.02.
      [all(join('d'), weight('d', 10), give('d', 'cpus:10;mem:20')), 'd b c a'],
      [remove('b'), 'd c a'],
      // d 0.045.
      [give('d', 'cpus:10;mem:25'), 'c d a'],
      // e 0.1.
      [all(join('e'), weight('e', 0.1), give('e', 'cpus:1;mem:1')), 'c d a e'],
      [remove('a'), 'c d e'],
    ]);
  });

  test('a weight may change [UpdateWeight]', () => {
    runSorter([
      [all(total('cpus:100;mem:100'), joinWith('a', 'cpus:5;mem:5'), joinWith('b', 'cpus:6;mem:6')), 'a b'],
      [weight('b', 2), 'b a'],
    ]);
  });

  test('the weight of a path weighs its whole subtree against its siblings [ChangeWeightOnSubtree]', () => {
    runSorter([
      [all(total('cpus:100;mem:100'), weight('b', 3), weight('a', 2), join('a/x', 'b/y')), 'a/x b/y'],
      [all(give('a/x', 'cpus:10;mem:10'), give('b/y', 'cpus:10;mem:10')), 'b/y a/x'],
      [joinWith('b/z', 'cpus:5;mem:5'), 'b/z b/y a/x'],
      [joinWith('b', 'cpus:4;mem:4'), 'a/x b b/z b/y'],
      [joinWith('a/zz', 'cpus:2;mem:2'), 'a/zz a/x b b/z b/y'],
    ]);
  });

  test('a path that no client has gets its weight at once', () => {
    runSorter([
      [all(total('cpus:100'), join('a/x', 'b/y'), give('a/x', 'cpus:4'), give('b/y', 'cpus:6')), 'a/x b/y'],
      [weight('b', 2), 'b/y a/x'],
    ]);
  });
});

describe('ties', () => {
  test('go to the client served less often, then to the lower path [AllocationCountTieBreak]', () => {
    runSorter([
      [all(total('cpus:100;mem:100'), join('a', 'b', 'c', 'd', 'e')), 'a b c d e'],
      [
        all(
          give('a', 'cpus:3;mem:3'),
          give('b', 'cpus:3;mem:3'),
          ...['c', 'c', 'c'].map((client) => give(client, 'cpus:1;mem:1')),
          give('d', 'cpus:2;mem:2'),
          give('d', 'cpus:1;mem:1'),
          give('e', 'cpus:3;mem:3'),
        ),
        'a b e d c',
      ],
      [take('c', 'cpus:3;mem:3'), 'c a b e d'],
      // Giving back does not undo having been served.
      [give('c', 'cpus:3;mem:3'), 'a b e d c'],
      [all(off('c'), on('c')), 'a b e d c'],
      [all(take('c', 'cpus:3;mem:3'), give('c', 'cpus:3;mem:3')), 'a b e d c'],
      // Being served counts while inactive too.
      [all(off('a'), take('a', 'cpus:1;mem:3'), give('a', 'cpus:1;mem:3')), 'b e d c'],
      [on('a'), 'b e a d c'],
    ]);
  });
});

describe('shared volumes', () => {
  const volume = (mib: number) => disk(mib, { role: 'role1', id: 'id1', shared: true });

  test('count in the share of everyone who holds a copy [SharedResources]', () => {
    const rig = runSorter([
      [all(total('cpus:100;mem:100;disk:1000'), join('a'), give('a', res('cpus:5;mem:5').plus(volume(100)))), 'a'],
      // a 0.1 (disk), b 0.06.
      [joinWith('b', 'cpus:6;mem:6'), 'b a'],
      [all(join('c'), give('c', res('cpus:1;mem:1').plus(volume(100)))), 'b a c'],
      [all(remove('a'), take('b', 'cpus:4;mem:4')), 'b c'],
      [all(join('d'), give('d', res('cpus:1;mem:5').plus(volume(100)))), 'b c d'],
    ]);
    expect([rig.sorter.has('b'), rig.sorter.has('a'), rig.sorter.size]).toEqual([true, false, 3]);
  });

  test('make clients equal where they dominate [SameDominantSharedResourcesAcrossClients]', () => {
    const joinSharing = (client: string, held: string) => all(join(client), give(client, res(held).plus(volume(900))));
    runSorter([
      [all(total('cpus:100;mem:100;disk:1000'), joinSharing('b', 'cpus:5;mem:20')), 'b'],
      [joinSharing('c', 'cpus:10;mem:6'), 'b c'],
      [joinSharing('a', 'cpus:50;mem:40'), 'a b c'],
    ]);
  });

  test('count once per client, however many copies it holds [SameSharedResourcesSameClient]', () => {
    runSorter([
      [all(total('cpus:100;mem:100;disk:1000'), join('a'), give('a', res('cpus:2;mem:2').plus(volume(50)))), 'a'],
      [joinWith('b', 'cpus:6;mem:6'), 'a b'],
      [give('a', volume(50).plus(volume(50)).plus(volume(50))), 'a b'],
    ]);
  });

  test('count until the last copy is given back [SharedResourcesUnallocated]', () => {
    const copies = volume(100).plus(volume(100)).plus(volume(100));
    runSorter([
      [all(total('cpus:100;mem:100;disk:1000'), join('a'), give('a', res('cpus:2;mem:2').plus(copies))), 'a'],
      [joinWith('b', 'cpus:6;mem:6'), 'b a'],
      [take('a', volume(100)), 'b a'],
      [take('a', volume(100).plus(volume(100))), 'a b'],
    ]);
  });
});

describe('what is not possible', () => {
  test.each<[string, Step, string]>([
    ['adding twice', join('a'), 'client a is in the sorter already'],
    ['removing a stranger', remove('z'), 'client z is not in the sorter'],
    ['taking more than is held', take('a', 'cpus:2'), 'cannot take cpus:2 from the cpus:1 held on agent agent'],
  ])('%s', (_, step, error) => {
    const rig = runSorter([[all(total('cpus:10'), join('a'), give('a', 'cpus:1')), 'a']]);
    expect(() => step(rig)).toThrow(new RangeError(error));
  });

  test('an inactive client is there and not listed', () => {
    runSorter([
      [all(add('a'), join('b')), 'b'],
      [on('a'), 'a b'],
    ]);
  });
});
