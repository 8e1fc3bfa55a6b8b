// Goal: the laws of the algebra hold for every kind of resource. Method: properties over random resources, in which
// reservations, disks, sharing, revocability, allocations and providers mix.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Resources } from '@mini-mesos/resources';
import { disjointPair, resources } from './support/arbitraries.js';

const same = (left: Resources, right: Resources): void => {
  expect(left.toString()).toBe(right.toString());
  expect(left.equals(right) && right.equals(left)).toBe(true);
};

describe('addition', () => {
  test('does not care about order', () => {
    fc.assert(fc.property(resources(), resources(), (a, b) => same(a.plus(b), b.plus(a))));
  });

  test('does not care about grouping', () => {
    fc.assert(
      fc.property(resources(), resources(), resources(), (a, b, c) => {
        same(a.plus(b).plus(c), a.plus(b.plus(c)));
        same(Resources.sum([a, b, c]), a.plus(b).plus(c));
      }),
    );
  });

  test('of nothing changes nothing', () => {
    fc.assert(
      fc.property(resources(), (a) => {
        expect(a.plus(Resources.EMPTY)).toBe(a);
        expect(Resources.EMPTY.plus(a)).toBe(a);
        expect(a.minus(Resources.EMPTY)).toBe(a);
      }),
    );
  });

  test('gives what contains both', () => {
    fc.assert(
      fc.property(resources(), resources(), (a, b) => {
        expect(a.plus(b).contains(a)).toBe(true);
        expect(a.plus(b).contains(b)).toBe(true);
      }),
    );
  });
});

describe('subtraction', () => {
  test('undoes addition', () => {
    fc.assert(fc.property(disjointPair, ([a, b]) => same(a.plus(b).minus(b), a)));
  });

  test('is undone by addition where the whole contains the part', () => {
    fc.assert(
      fc.property(resources(), resources(), (a, extra) => {
        const whole = a.plus(extra);
        expect(whole.contains(a)).toBe(true);
        same(whole.minus(a).plus(a), whole);
        if (extra.contains(a)) same(extra.minus(a).plus(a), extra);
      }),
    );
  });

  test('never gives more than there was', () => {
    fc.assert(
      fc.property(resources(), resources(), (a, b) => {
        expect(a.contains(a.minus(b))).toBe(true);
      }),
    );
  });

  test('of everything leaves nothing', () => {
    fc.assert(
      fc.property(resources(), (a) => {
        expect(a.minus(a)).toBe(Resources.EMPTY);
      }),
    );
  });
});

describe('containment and equality', () => {
  test('everything contains itself and nothing', () => {
    fc.assert(
      fc.property(resources(), (a) => {
        expect(a.contains(a)).toBe(true);
        expect(a.contains(Resources.EMPTY)).toBe(true);
      }),
    );
  });

  test('what contains each other is equal', () => {
    fc.assert(
      fc.property(resources(), resources(), (a, b) => {
        expect(a.contains(b) && b.contains(a)).toBe(a.equals(b));
      }),
    );
  });

  test('containment is transitive', () => {
    fc.assert(
      fc.property(resources(), resources(), resources(), (a, b, c) => {
        const large = a.plus(b).plus(c);
        expect(large.contains(a.plus(b)) && a.plus(b).contains(a) && large.contains(a)).toBe(true);
        if (a.contains(b) && b.contains(c)) expect(a.contains(c)).toBe(true);
      }),
    );
  });
});

describe('allocation', () => {
  test('of what nobody has comes off again', () => {
    fc.assert(
      fc.property(resources(), fc.constantFrom('a', 'b', '*'), (any, role) => {
        const free = any.unallocate();
        same(free.allocate(role).unallocate(), free);
        expect([...free.allocate(role).allocatedByRole().keys()]).toEqual(free.isEmpty ? [] : [role]);
      }),
    );
  });

  test('spreads over addition and subtraction', () => {
    fc.assert(
      fc.property(resources(), resources(), (left, right) => {
        const [a, b] = [left.unallocate(), right.unallocate()];
        same(a.plus(b).allocate('x'), a.allocate('x').plus(b.allocate('x')));
        same(a.minus(b).allocate('x'), a.allocate('x').minus(b.allocate('x')));
      }),
    );
  });

  test('splits into roles that add up', () => {
    fc.assert(
      fc.property(resources(), (a) => {
        const allocated = a.filter((item) => item.allocationRole !== undefined);
        same(Resources.sum(a.allocatedByRole().values()), allocated);
        same(Resources.sum(a.reservedByRole().values()), a.reserved());
        same(a.reserved().plus(a.unreserved()), a);
      }),
    );
  });
});

test('every list is canonical: sorted, merged, nothing empty', () => {
  fc.assert(
    fc.property(resources(), resources(), (a, b) => {
      for (const all of [a, a.plus(b), a.minus(b), a.toUnreserved(), a.allocate('x'), a.unallocate()]) {
        same(Resources.of(all.items), all);
        const keys = all.items.map(({ key }) => key);
        expect(keys).toEqual(keys.toSorted((x, y) => (x < y ? -1 : x > y ? 1 : 0)));
        const mergeable = all.items.filter(({ kind }) => kind !== 'whole').map(({ key }) => key);
        expect(new Set(mergeable).size).toBe(mergeable.length);
      }
    }),
  );
});

describe('quantities', () => {
  test('follow addition and subtraction of what does not overlap', () => {
    fc.assert(
      fc.property(disjointPair, ([a, right]) => {
        // A shared volume counts once, however many copies there are.
        const b = right.nonShared();
        const total = a.plus(b).quantities();
        expect(total.toString()).toBe(a.quantities().plus(b.quantities()).toString());
        expect(total.minus(b.quantities()).toString()).toBe(a.quantities().toString());
      }),
    );
  });

  test('follow containment, and do not depend on reservation or allocation', () => {
    fc.assert(
      fc.property(resources(), resources(), (a, b) => {
        if (a.contains(b)) expect(a.containsQuantities(b.quantities())).toBe(true);
        expect(a.plus(b).containsQuantities(a.quantities())).toBe(true);
        const once = a.nonShared().scalars();
        expect(once.toUnreserved().unallocate().quantities().equals(once.quantities())).toBe(true);
      }),
    );
  });
});
