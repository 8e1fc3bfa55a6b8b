// Goal: who may get what, and how reservations and allocations come and go. Method: vectors of Mesos' resources tests.
import { describe, expect, test } from 'vitest';
import {
  isDynamicallyReserved,
  isRefined,
  isReserved,
  needsCheckpointing,
  reservationRole,
  Resources,
} from '@mini-mesos/resources';
import { disk, dynamicTo, from, res, scalar, staticTo } from './support/build.js';

describe('reservations', () => {
  const unreserved = res('cpus:1;mem:2;disk:4');
  const role1 = res('cpus(role1):2;mem(role1):4;disk(role1):8');
  const role2 = res('cpus(role2):4;mem(role2):8;disk(role2):6');
  const all = Resources.sum([role2, unreserved, role1]);

  test('by role', () => {
    const byRole = all.reservedByRole();
    expect([...byRole.keys()]).toEqual(['role1', 'role2']);
    expect(byRole.get('role1')?.equals(role1) === true && byRole.get('role2')?.equals(role2)).toBe(true);
    expect(all.reservedTo('role1').equals(role1)).toBe(true);
    expect(all.reservedTo('*').isEmpty).toBe(true);
    expect(all.unreserved().equals(unreserved)).toBe(true);
    expect(all.reserved().equals(role1.plus(role2))).toBe(true);
  });

  test('without them', () => {
    expect(res('cpus(role1):1;cpus(role2):2;mem(role1):5').toUnreserved().equals(res('cpus:3;mem:5'))).toBe(true);
    expect(unreserved.toUnreserved()).toBe(unreserved);
  });

  test('a role gets what is unreserved, its own, and what its ancestors have', () => {
    const grandfather = res('cpus(a):2;mem(a):4');
    const father = res('cpus(a/bx):4;mem(a/bx):8');
    const uncle = res('cpus(a/b):4;mem(a/b):8');
    const child = res('cpus(a/bx/c):8;mem(a/bx/c):16');
    const family = Resources.sum([unreserved, grandfather, father, uncle, child]);
    const gets = (role: string): string => family.allocatableTo(role).toString();
    expect(gets('*')).toBe(unreserved.toString());
    expect(gets('a')).toBe(Resources.sum([unreserved, grandfather]).toString());
    expect(gets('a/bx')).toBe(Resources.sum([unreserved, grandfather, father]).toString());
    expect(gets('a/bx/c')).toBe(Resources.sum([unreserved, grandfather, father, child]).toString());
    expect(family.reservedToSubtree('a/bx').equals(father.plus(child))).toBe(true);
  });

  test('pushing and popping', () => {
    const pushed = unreserved.pushReservation(dynamicTo('a', 'p')).pushReservation(dynamicTo('a/b'));
    expect(pushed.items.every((item) => isRefined(item) && isDynamicallyReserved(item))).toBe(true);
    expect(pushed.items.map(reservationRole)).toEqual(['a/b', 'a/b', 'a/b']);
    expect(pushed.unrefined().isEmpty).toBe(true);
    expect(pushed.popReservation().equals(unreserved.pushReservation(dynamicTo('a', 'p')))).toBe(true);
    expect(pushed.popReservation().popReservation().equals(unreserved)).toBe(true);
    expect(unreserved.popReservation().equals(unreserved)).toBe(true);
  });

  test('pushing what is no refinement throws', () => {
    expect(() => role1.pushReservation(dynamicTo('role2'))).toThrow("role 'role2' is not a refinement of 'role1'");
    expect(() => role1.pushReservation(staticTo('role1/x'))).toThrow('A refined reservation cannot be STATIC');
    expect(() => unreserved.pushReservation(dynamicTo('*'))).toThrow('role "*" cannot be reserved');
  });

  test('questions about one item', () => {
    const [item] = from(scalar('cpus', 1, { reservations: [staticTo('a'), dynamicTo('a/b')] })).items;
    expect(item !== undefined && isReserved(item) && isReserved(item, 'a/b')).toBe(true);
    expect(item !== undefined && isReserved(item, 'a')).toBe(false);
    const [plain] = res('cpus:1').items;
    expect(plain === undefined ? '' : reservationRole(plain)).toBeUndefined();
    expect(plain !== undefined && (isReserved(plain) || isDynamicallyReserved(plain) || isRefined(plain))).toBe(false);
  });

  test('agents remember dynamic reservations and volumes, but not those of providers', () => {
    const remembered = (...args: Parameters<typeof from>): boolean[] => from(...args).items.map(needsCheckpointing);
    expect(remembered(scalar('cpus', 1))).toEqual([false]);
    expect(remembered(scalar('cpus', 1, { reservations: [staticTo('a')] }))).toEqual([false]);
    expect(remembered(scalar('cpus', 1, { reservations: [dynamicTo('a')] }))).toEqual([true]);
    expect(remembered(disk(1, { role: 'a', id: 'v', containerPath: 'p' }))).toEqual([true]);
    expect(
      remembered(scalar('cpus', 1, { reservations: [dynamicTo('a')], provider_id: { value: 'provider' } })),
    ).toEqual([false]);
  });
});

describe('allocations', () => {
  test('resources allocated to different roles do not mix', () => {
    const one = res('cpus:1').allocate('role1');
    const two = res('cpus:1').allocate('role2');
    expect(one.equals(two)).toBe(false);
    expect(one.plus(two).items).toHaveLength(2);
    expect(one.plus(two).scalarMilli('cpus')).toBe(2000);
    expect(one.plus(two).contains(one) && one.plus(two).contains(two)).toBe(true);
    expect(one.minus(two).equals(one)).toBe(true);
    expect(one.plus(two).unallocate().equals(res('cpus:2'))).toBe(true);
    expect(one.plus(two).allocate('x').toString()).toBe('cpus(allocated: x):2');
  });

  test('by role', () => {
    const star = res('cpus:1;mem:1024').allocate('*');
    const role1 = res('cpus:2;mem:2048').allocate('role1');
    const role2 = res('cpus(role2):3;mem(role2):3096').allocate('role2');
    const all = Resources.sum([role2, res('gpus:1'), star, role1]);
    const byRole = all.allocatedByRole();
    expect([...byRole].map(([role, resources]) => [role, resources.toString()])).toEqual([
      ['*', star.toString()],
      ['role1', role1.toString()],
      ['role2', role2.toString()],
    ]);
    expect(res('cpus:1').allocate('a/b').allocatedToSubtree('a').isEmpty).toBe(false);
    expect(res('cpus:1').allocate('ab').allocatedToSubtree('a').isEmpty).toBe(true);
  });

  test('nothing to do gives back the same', () => {
    const plain = res('cpus:1');
    expect(plain.unallocate()).toBe(plain);
    expect(Resources.EMPTY.allocate('a')).toBe(Resources.EMPTY);
  });
});
