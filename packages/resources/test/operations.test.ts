// Goal: operations turn resources into what Mesos turns them into, and refuse what it refuses. Method: vectors of
// Mesos' resources tests, tables of refusals, and properties over random resources.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Offer, Resource } from '@mini-mesos/proto';
import { isDynamicallyReserved, isPersistentVolume, Resources, validateOperation } from '@mini-mesos/resources';
import { resources } from './support/arbitraries.js';
import { disk, dynamicTo, from, labels, mount, must, path, res, scalar, staticTo } from './support/build.js';

type Messages = Resource[] | Resources;
const messages = (of: Messages): Resource[] => (of instanceof Resources ? of.toProto() : of);

const reserve = (of: Messages, source?: Messages): Offer.Operation => ({
  type: 'RESERVE',
  reserve: { resources: messages(of), ...(source === undefined ? {} : { source: messages(source) }) },
});
const unreserve = (of: Messages): Offer.Operation => ({ type: 'UNRESERVE', unreserve: { resources: messages(of) } });
const create = (...volumes: Resource[]): Offer.Operation => ({ type: 'CREATE', create: { volumes } });
const destroy = (...volumes: Resource[]): Offer.Operation => ({ type: 'DESTROY', destroy: { volumes } });
const grow = (volume: Resource, addition: Resource): Offer.Operation => ({
  type: 'GROW_VOLUME',
  grow_volume: { volume, addition },
});
const shrink = (volume: Resource, value: number): Offer.Operation => ({
  type: 'SHRINK_VOLUME',
  shrink_volume: { volume, subtract: { value } },
});

const apply = (have: Resources, operation: Offer.Operation): string => {
  const result = have.applyOperation(operation);
  return result.ok ? result.value.toString() : `error: ${result.error}`;
};

const volume = (size: number, more: Partial<Parameters<typeof disk>[1]> = {}): Resource =>
  disk(size, { role: 'role', id: '1', containerPath: 'path', ...more });

describe('RESERVE', () => {
  const reserved = res('cpus:1').pushReservation(dynamicTo('role', 'principal'));

  test('takes what is unreserved', () => {
    expect(apply(res('cpus:1;mem:512'), reserve(reserved))).toBe(
      'cpus(reservations: [(DYNAMIC,role,principal)]):1; mem:512',
    );
    expect(apply(res('cpus:1;mem:512'), reserve(reserved.plus(reserved)))).toBe(
      'error: cpus:1; mem:512 does not contain cpus:2',
    );
  });

  test('refines a reservation', () => {
    const refined = scalar('cpus', 1, { reservations: [staticTo('a'), dynamicTo('a/b')] });
    expect(apply(res('cpus(a):2'), reserve([refined]))).toBe(
      'cpus(reservations: [(STATIC,a)]):1; cpus(reservations: [(STATIC,a),(DYNAMIC,a/b)]):1',
    );
    expect(apply(res('cpus:2'), reserve([refined]))).toMatch(/^error: .* does not contain/);
  });

  test('is read in the old format too', () => {
    const old = scalar('cpus', 1, { role: 'role', reservation: { principal: 'principal' } });
    expect(apply(res('cpus:1'), reserve([old]))).toBe('cpus(reservations: [(DYNAMIC,role,principal)]):1');
  });

  test('goes by allocation', () => {
    const allocated = messages(reserved.allocate('role'));
    expect(apply(res('cpus:1'), reserve(allocated))).toMatch(/^error: cpus:1 does not contain cpus\(allocated: role\)/);
    expect(apply(res('cpus:1').allocate('role'), reserve(allocated))).toBe(
      'cpus(allocated: role)(reservations: [(DYNAMIC,role,principal)]):1',
    );
  });

  test('with a source moves a reservation', () => {
    const from1 = res('cpus:2').pushReservation(dynamicTo('a', 'p'));
    const to = res('cpus:1').pushReservation(dynamicTo('b', 'q'));
    const source = res('cpus:1').pushReservation(dynamicTo('a', 'p'));
    expect(apply(from1, reserve(to, source))).toBe(
      'cpus(reservations: [(DYNAMIC,a,p)]):1; cpus(reservations: [(DYNAMIC,b,q)]):1',
    );
    expect(apply(res('cpus:2'), reserve(to, source))).toMatch(/^error: .* does not contain/);
    const deep = scalar('cpus', 1, { reservations: [dynamicTo('a', 'p'), dynamicTo('a/b')] });
    expect(apply(res('cpus:3'), reserve([deep], res('cpus:1')))).toBe(
      'cpus:2; cpus(reservations: [(DYNAMIC,a,p),(DYNAMIC,a/b)]):1',
    );
  });

  test.each<[string, Resource[], Resource[] | undefined]>([
    ['Resource cpus:1 is not dynamically reserved', [scalar('cpus', 1)], undefined],
    [
      'Resource cpus(reservations: [(STATIC,a)]):1 is not dynamically reserved',
      [scalar('cpus', 1, { role: 'a' })],
      undefined,
    ],
    ['Invalid resources: Resource cannot be empty', [], undefined],
    [
      "Invalid resources: Invalid resources: Resource 'cpus:-1' is invalid: Invalid scalar resource: value <= 0",
      [scalar('cpus', -1)],
      undefined,
    ],
    [
      'Invalid resources: Some resources have a resource provider and some do not',
      [
        scalar('cpus', 1, { reservations: [dynamicTo('a')] }),
        scalar('disk', 1, { reservations: [dynamicTo('a')], provider_id: { value: 'p' } }),
      ],
      undefined,
    ],
    [
      "Invalid source: Invalid resources: Resource 'cpus:-1' is invalid: Invalid scalar resource: value <= 0",
      [scalar('cpus', 1, { reservations: [dynamicTo('a')] })],
      [scalar('cpus', -1)],
    ],
    [
      'Invalid source: Mixed reservations are not supported: cpus:1; mem(reservations: [(STATIC,b)]):1',
      [scalar('cpus', 1, { reservations: [dynamicTo('a')] })],
      [scalar('cpus', 1), scalar('mem', 1, { role: 'b' })],
    ],
    [
      'Invalid resources: Mixed reservations are not supported:' +
        ' cpus(reservations: [(DYNAMIC,a)]):1; mem(reservations: [(DYNAMIC,a,,{k: v})]):1',
      [
        scalar('cpus', 1, { reservations: [dynamicTo('a')] }),
        scalar('mem', 1, { reservations: [dynamicTo('a', '', labels(['k', 'v']))] }),
      ],
      [scalar('cpus', 1)],
    ],
    [
      'Invalid resources: Mixed reservations are not supported:' +
        ' cpus(reservations: [(DYNAMIC,a,p)]):1; mem(reservations: [(DYNAMIC,a,q)]):1',
      [
        scalar('cpus', 1, { reservations: [dynamicTo('a', 'p')] }),
        scalar('mem', 1, { reservations: [dynamicTo('a', 'q')] }),
      ],
      [scalar('cpus', 1)],
    ],
    [
      'Source and target resources should refer to identical resource quantities: cpus:2 vs. cpus:1',
      [scalar('cpus', 1, { reservations: [dynamicTo('a')] })],
      [scalar('cpus', 2)],
    ],
  ])('refused: %s', (reason, to, source) => {
    expect(validateOperation(reserve(to, source))).toBe(reason);
    expect(apply(res('cpus:9;mem:9'), reserve(to, source))).toBe(`error: ${reason}`);
  });
});

describe('UNRESERVE', () => {
  const reserved = res('cpus:1;mem:512').pushReservation(dynamicTo('role', 'principal'));

  test('takes off the topmost reservation', () => {
    expect(apply(reserved, unreserve(reserved.named('cpus')))).toBe(
      'cpus:1; mem(reservations: [(DYNAMIC,role,principal)]):512',
    );
    expect(apply(reserved, unreserve(reserved.plus(reserved)))).toMatch(/^error: .* does not contain/);
    const refined = reserved.pushReservation(dynamicTo('role/x'));
    expect(apply(refined, unreserve(refined))).toBe(reserved.toString());
  });

  test('refused: static reservations and volumes', () => {
    expect(validateOperation(unreserve([scalar('cpus', 1, { role: 'a' })]))).toBe(
      'Resource cpus(reservations: [(STATIC,a)]):1 is not dynamically reserved',
    );
    const onDynamic = { ...volume(1), reservations: [dynamicTo('role')] };
    expect(validateOperation(unreserve([onDynamic]))).toBe(
      'A dynamically reserved persistent volume disk(reservations: [(DYNAMIC,role)])[1:path]:1 cannot be unreserved' +
        ' directly. Please destroy the persistent volume first then unreserve the resource',
    );
  });
});

describe('CREATE and DESTROY', () => {
  const total = res('cpus:1;mem:512;disk(role):1000');

  test('a volume is made from reserved disk, and becomes disk again', () => {
    const created = must(total.applyOperation(create(volume(200))));
    expect(created.equals(res('cpus:1;mem:512;disk(role):800').plus(from(volume(200))))).toBe(true);
    expect(apply(created, destroy(volume(200)))).toBe(total.toString());
    expect(apply(total, create(volume(2000)))).toMatch(
      /^error: .* does not contain disk\(reservations: \[\(STATIC,role\)\]\):2000$/,
    );
    expect(apply(total, destroy(volume(200)))).toMatch(/^error: .* does not contain/);
  });

  test('several at once', () => {
    const both = must(total.applyOperation(create(volume(200), volume(300, { id: '2' }))));
    expect(both.persistentVolumes().items).toHaveLength(2);
    expect(apply(both, destroy(volume(300, { id: '2' }), volume(200)))).toBe(total.toString());
  });

  test('a mount is taken whole', () => {
    const disks = from(disk(200, { role: 'role', source: mount('mnt') }));
    const whole = volume(200, { source: mount('mnt') });
    expect(must(disks.applyOperation(create(whole))).equals(from(whole))).toBe(true);
    expect(apply(from(whole), destroy(whole))).toBe(disks.toString());
    expect(apply(disks, create(volume(50, { source: mount('mnt') })))).toMatch(/^error: .* does not contain/);
  });

  test('a shared volume is one copy, and can only go when no other is left', () => {
    const shared = volume(200, { shared: true });
    const created = must(total.applyOperation(create(shared)));
    expect(created.equals(res('cpus:1;mem:512;disk(role):800').plus(from(shared)))).toBe(true);
    expect(apply(created, destroy(shared))).toBe(total.toString());
    expect(apply(created.plus(from(shared)), destroy(shared))).toBe(
      'error: Persistent volume disk(reservations: [(STATIC,role)])[1:path]<SHARED>:200<1> cannot be removed due to' +
        ' additional shared copies',
    );
  });

  test.each<[string, Offer.Operation]>([
    [
      'Not a persistent volume: Resource disk(reservations: [(STATIC,a)]):1 does not have DiskInfo',
      create(scalar('disk', 1, { role: 'a' })),
    ],
    [
      "Not a persistent volume: 'persistence' is not set in DiskInfo",
      create(disk(1, { role: 'a', source: path('p') })),
    ],
    [
      'Not a persistent volume: Read-only persistent volume not supported',
      create({ ...volume(1), disk: { persistence: { id: '1' }, volume: { container_path: 'path', mode: 'RO' } } }),
    ],
    [
      'Invalid resources: Invalid DiskInfo: Persistent volumes cannot be created from unreserved resources',
      create(disk(1, { id: '1', containerPath: 'path' })),
    ],
    ["Persistence ID '1' is not unique", create(volume(1), volume(2))],
    ['Invalid resources: Resource cannot be empty', destroy()],
    ["Not a persistent volume: 'persistence' is not set in DiskInfo", destroy(disk(1, { role: 'a', source: path() }))],
  ])('refused: %s', (reason, operation) => {
    expect(apply(total, operation)).toBe(`error: ${reason}`);
  });
});

describe('GROW_VOLUME and SHRINK_VOLUME', () => {
  const have = from(volume(100), disk(50, { role: 'role' }));

  test('move disk into the volume and out of it', () => {
    const grown = must(have.applyOperation(grow(volume(100), disk(20, { role: 'role' }))));
    expect(grown.equals(from(volume(120), disk(30, { role: 'role' })))).toBe(true);
    expect(apply(grown, shrink(volume(120), 20))).toBe(have.toString());
    expect(apply(have, grow(volume(100), disk(51, { role: 'role' })))).toMatch(/^error: .* does not contain/);
    expect(apply(have, shrink(volume(90), 20))).toMatch(/^error: .* does not contain/);
  });

  test('on a path', () => {
    const onPath = { role: 'role', source: path('p') };
    const all = from(volume(100, onPath), disk(50, onPath));
    expect(apply(all, grow(volume(100, onPath), disk(50, onPath)))).toBe(from(volume(150, onPath)).toString());
  });

  const shared = volume(100, { shared: true });
  const provided = { ...volume(100), provider_id: { value: 'p' } };
  const incompatible = "Incompatible resources in the 'GrowVolume.volume' and 'GrowVolume.addition' fields";
  test.each<[string, Offer.Operation]>([
    ["The size of 'GrowVolume.addition' field must be greater than zero", grow(volume(100), disk(0, { role: 'role' }))],
    [
      "Invalid resource in the 'GrowVolume.addition' field: Invalid scalar resource: value <= 0",
      grow(volume(100), disk(-1, { role: 'role' })),
    ],
    [
      "Invalid resource in the 'GrowVolume.volume' field: Invalid scalar resource: value <= 0",
      grow(volume(-1), disk(1, { role: 'role' })),
    ],
    [incompatible, grow(volume(100), disk(1))],
    [incompatible, grow(volume(100), scalar('mem', 1))],
    [incompatible, grow(volume(100, { source: mount('m') }), disk(1, { role: 'role', source: mount('m') }))],
    ['Growing a volume from a resource provider is not supported', grow(provided, disk(1, { role: 'role' }))],
    ['Growing a shared persistent volume is not supported', grow(shared, disk(1, { role: 'role' }))],
    [
      "Invalid persistent volume in the 'GrowVolume.volume' field: Resource disk(reservations: [(STATIC,role)]):1" +
        ' does not have DiskInfo',
      grow(disk(1, { role: 'role' }), disk(1, { role: 'role' })),
    ],
    ["Value of 'ShrinkVolume.subtract' must be greater than zero", shrink(volume(100), 0)],
    ["Value of 'ShrinkVolume.subtract' must be greater than zero", shrink(volume(100), NaN)],
    [
      "Value of 'ShrinkVolume.subtract' must be smaller than the size of 'ShrinkVolume.volume'",
      shrink(volume(100), 100),
    ],
    ['Shrinking a volume from a resource provider is not supported', shrink(provided, 1)],
    ['Shrinking a volume on a MOUNT disk is not supported', shrink(volume(100, { source: mount('m') }), 1)],
    ['Shrinking a shared persistent volume is not supported', shrink(shared, 1)],
    [
      "Invalid persistent volume in the 'ShrinkVolume.volume' field: 'persistence' is not set in DiskInfo",
      shrink(disk(100, { role: 'role', source: path('p') }), 1),
    ],
    ["Invalid resource in the 'ShrinkVolume.volume' field: Invalid scalar resource: value <= 0", shrink(volume(-1), 1)],
  ])('refused: %s', (reason, operation) => {
    expect(apply(have, operation)).toBe(`error: ${reason}`);
  });
});

describe('other operations', () => {
  test.each(['LAUNCH', 'LAUNCH_GROUP', 'CREATE_DISK', 'DESTROY_DISK'] as const)('%s converts nothing', (type) => {
    expect(apply(res('cpus:1'), { type })).toBe('error: Cannot get conversions: Operation not supported');
    expect(validateOperation({ type })).toBeUndefined();
  });

  test.each([{}, { type: 'UNKNOWN' as const }])('%j is unknown', (operation) => {
    expect(apply(res('cpus:1'), operation)).toBe('error: Cannot get conversions: Unknown operation');
  });

  test.each(['RESERVE', 'UNRESERVE', 'CREATE', 'DESTROY', 'GROW_VOLUME', 'SHRINK_VOLUME'] as const)(
    '%s without its field is refused',
    (type) => {
      expect(apply(res('cpus:1'), { type })).toBe(
        `error: A ${type} operation must have the Offer.Operation.${type.toLowerCase()} field set`,
      );
    },
  );
});

test('what an operation takes and gives is known without applying it', () => {
  const reserved = res('cpus:1').pushReservation(dynamicTo('a'));
  const [conversion, ...more] = must(Resources.conversionsOf(reserve(reserved)));
  expect([conversion?.consumed.toString(), conversion?.converted.toString(), more]).toEqual([
    'cpus:1',
    'cpus(reservations: [(DYNAMIC,a)]):1',
    [],
  ]);
  expect(Resources.conversionsOf(reserve([])).ok).toBe(false);
  expect(Resources.conversionsOf({ type: 'LAUNCH' })).toEqual({ ok: false, error: 'Operation not supported' });
});

test('books that were wrong before are noticed', () => {
  const wrong = res('ports:[1-5]').plus(res('ports:[1-5]').pushReservation(dynamicTo('a')));
  expect(apply(wrong, reserve(res('ports:[1-5]').pushReservation(dynamicTo('a'))))).toBe(
    'error: The operation would change the amount of resources from ports:10 to ports:5',
  );
});

describe('what an agent remembers', () => {
  const configured = res('cpus:4;mem(a):100;disk(a):1000');
  const checkpointed = (...all: Resource[]): string => {
    const result = configured.applyCheckpointed(from(...all));
    return result.ok ? result.value.toString() : `error: ${result.error}`;
  };

  test('is made again', () => {
    expect(
      checkpointed(
        scalar('cpus', 1, { reservations: [dynamicTo('b', 'p')] }),
        scalar('mem', 40, { reservations: [staticTo('a'), dynamicTo('a/x')] }),
        disk(200, { role: 'a', id: 'v', containerPath: 'p' }),
        disk(300, { role: 'a', id: 'w', containerPath: 'p', shared: true }),
      ),
    ).toBe(
      'cpus:3; cpus(reservations: [(DYNAMIC,b,p)]):1; mem(reservations: [(STATIC,a)]):60;' +
        ' mem(reservations: [(STATIC,a),(DYNAMIC,a/x)]):40; disk(reservations: [(STATIC,a)]):500;' +
        ' disk(reservations: [(STATIC,a)])[v:p]:200; disk(reservations: [(STATIC,a)])[w:p]<SHARED>:300<1>',
    );
  });

  test('must still fit, and be of the kind that is remembered', () => {
    expect(checkpointed(scalar('cpus', 5, { reservations: [dynamicTo('b')] }))).toBe(
      `error: Incompatible agent resources: ${configured.toString()} does not contain cpus:5`,
    );
    expect(checkpointed(scalar('cpus', 1))).toBe('error: Unexpected checkpointed resources cpus:1');
  });
});

describe('laws', () => {
  const role = dynamicTo('r', 'p');
  const clean = resources({ copies: 1 }).map((all) =>
    all.unallocate().filter(({ providerId }) => providerId === undefined),
  );

  test('reserving and unreserving go back and forth and keep every amount', () => {
    fc.assert(
      fc.property(clean, clean, (some, others) => {
        const free = some.unreserved().nonRevocable();
        const chosen = Resources.fromProto(free.toProto().filter(({ name }) => name !== 'gpus'));
        const have = others.reserved().plus(free);
        fc.pre(!chosen.isEmpty);
        const reserved = chosen.pushReservation(role);
        const after = must(have.applyOperation(reserve(reserved)));
        expect(after.quantities().equals(have.quantities())).toBe(true);
        expect(after.contains(reserved)).toBe(true);
        expect(must(after.applyOperation(unreserve(reserved))).equals(have)).toBe(true);
      }),
    );
  });

  test('creating and destroying, growing and shrinking too', () => {
    const amounts = fc.record({ size: fc.integer({ min: 2, max: 500 }), extra: fc.integer({ min: 1, max: 500 }) });
    fc.assert(
      fc.property(clean, amounts, fc.boolean(), (others, { size, extra }, onPath) => {
        const source = onPath ? { source: path('x') } : {};
        const plain = (amount: number): Resource => disk(amount, { role: 'r', ...source });
        const made = (amount: number): Resource =>
          disk(amount, { role: 'r', id: 'own', containerPath: 'c', ...source });
        const have = others.plus(from(plain(size + extra)));
        const created = must(have.applyOperation(create(made(size))));
        const grown = must(created.applyOperation(grow(made(size), plain(extra))));
        const shrunk = must(grown.applyOperation(shrink(made(size + extra), extra)));
        for (const all of [created, grown, shrunk]) expect(all.quantities().equals(have.quantities())).toBe(true);
        expect(shrunk.equals(created)).toBe(true);
        expect(must(shrunk.applyOperation(destroy(made(size)))).equals(have)).toBe(true);
      }),
    );
  });

  test('whatever an operation names, it is refused or keeps every amount', () => {
    const kinds = fc.constantFrom(
      reserve,
      unreserve,
      (of: Messages) => create(...messages(of)),
      (of: Messages) => destroy(...messages(of)),
    );
    fc.assert(
      fc.property(resources({ copies: 1 }), resources({ copies: 1 }), kinds, (a, b, kind) => {
        const have = a.plus(b);
        const result = have.applyOperation(kind(a));
        if (result.ok) expect(result.value.quantities().equals(have.quantities())).toBe(true);
        else expect(result.error).not.toBe('');
      }),
    );
  });

  test('dynamic reservations and volumes are remembered whole', () => {
    fc.assert(
      // Scalars only: random ports are booked twice, free and reserved, and then merge for good.
      fc.property(clean, (any) => {
        const all = any.scalars();
        const remembered = all.filter((item) => isDynamicallyReserved(item) || isPersistentVolume(item));
        const kept = all.minus(remembered);
        const configured = remembered.items.reduce((sum, item) => {
          const base = item.reservations[0]?.type === 'STATIC' ? item.reservations.slice(0, 1) : [];
          const source = item.disk?.source;
          const bare = { ...item, disk: source === undefined ? undefined : { source }, sharedCount: undefined };
          return sum.plus(
            Resources.of([{ ...bare, reservations: isDynamicallyReserved(item) ? base : item.reservations }]),
          );
        }, kept);
        expect(must(configured.applyCheckpointed(remembered)).toString()).toBe(all.toString());
      }),
    );
  });
});
