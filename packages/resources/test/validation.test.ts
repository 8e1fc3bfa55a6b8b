// Goal: messages that Mesos refuses are refused, with its reasons. Method: tables of messages, each wrong in one place.
import { describe, expect, test } from 'vitest';
import type { Resource } from '@mini-mesos/proto';
import {
  Resources,
  validateAllocatedToSingleRole,
  validateNoRevocableMix,
  validateResource,
  validateResources,
  validateResourceShape,
  validateSingleResourceProvider,
  validateUniquePersistenceIds,
} from '@mini-mesos/resources';
import { disk, dynamicTo, from, labels, mount, path, res, scalar, staticTo } from './support/build.js';

const cpus = (more: Partial<Resource> = {}): Resource => scalar('cpus', 555.5, more);
const ranges = (...range: { begin: number; end: number }[]): Resource => ({
  name: 'ports',
  type: 'RANGES',
  ranges: { range },
});
const set = (...item: string[]): Resource => ({ name: 'zones', type: 'SET', set: { item } });

describe('values', () => {
  test.each<[string, Resource]>([
    ['a scalar', cpus()],
    ['zero', scalar('cpus', 0)],
    ['half a thousandth', scalar('cpus', 0.0005)],
    ['ranges that touch', ranges({ begin: 5, end: 9 }, { begin: 1, end: 4 })],
    ['no ranges', { name: 'ports', type: 'RANGES', ranges: {} }],
    ['a set', set('b', 'a')],
    ['an empty set', { name: 'zones', type: 'SET', set: {} }],
  ])('accepted: %s', (_what, resource) => {
    expect(validateResource(resource)).toBeUndefined();
    expect(validateResources([resource])).toBeUndefined();
  });

  test.each<[string, Resource]>([
    ['Empty resource name', scalar('', 1)],
    ['Invalid scalar resource', { name: 'a', type: 'SCALAR' }],
    ['Invalid scalar resource', { ...cpus(), set: { item: [] } }],
    ['Invalid scalar resource: value <= 0', scalar('cpus', -1)],
    ['Invalid scalar resource: value <= 0', scalar('cpus', 0.00001)],
    ['Invalid scalar resource: value <= 0', scalar('cpus', -0.00001)],
    ["Invalid scalar resource: expecting a finite number, not 'NaN'", scalar('cpus', NaN)],
    ["Invalid scalar resource: expecting a finite number, not 'Infinity'", scalar('cpus', Infinity)],
    ["Invalid scalar resource: expecting a finite number, not '-Infinity'", scalar('cpus', -Infinity)],
    ['Invalid scalar resource: 1e+300 is more than can be counted', scalar('cpus', 1e300)],
    ['Invalid ranges resource', { name: 'a', type: 'RANGES', scalar: { value: 1 } }],
    ['Invalid ranges resource: begin > end', ranges({ begin: 2, end: 1 })],
    ['Invalid ranges resource: overlapping ranges', ranges({ begin: 1, end: 5 }, { begin: 5, end: 9 })],
    ['Invalid ranges resource: overlapping ranges', ranges({ begin: 5, end: 9 }, { begin: 1, end: 6 })],
    ["Invalid ranges resource: expecting whole numbers from 0 to 2^53 - 1, not '-1-5'", ranges({ begin: -1, end: 5 })],
    [
      "Invalid ranges resource: expecting whole numbers from 0 to 2^53 - 1, not '1-2.5'",
      ranges({ begin: 1, end: 2.5 }),
    ],
    ['Invalid set resource', { name: 'a', type: 'SET' }],
    ['Invalid set resource: duplicated elements', set('a', 'b', 'a')],
    ['Unsupported resource type', { name: 'a', type: 'TEXT' }],
    ['Invalid resource type', { name: 'a', type: 'COLOUR' as Resource['type'] }],
  ])('refused: %s', (reason, resource) => {
    expect(validateResource(resource)).toBe(reason);
    expect(validateResourceShape(resource)).toBe(reason);
    expect(validateResources([cpus(), resource])).toMatch(/^Invalid resources: Resource '/);
    expect(validateResources([cpus(), resource])?.endsWith(`is invalid: ${reason}`)).toBe(true);
  });

  test('the resource that is wrong is named', () => {
    expect(validateResources([cpus(), scalar('mem', -1)])).toBe(
      "Invalid resources: Resource 'mem:-1' is invalid: Invalid scalar resource: value <= 0",
    );
  });

  test('gpus are whole, in sum', () => {
    const reason = "Invalid 'gpus' resource: The 'gpus' resource must be an unsigned integer";
    expect(validateResource(scalar('gpus', 2))).toBeUndefined();
    expect(validateResource(scalar('gpus', 1.5))).toBe(reason);
    expect(validateResources([scalar('gpus', 1.5)])).toBe(reason);
    expect(validateResources([scalar('gpus', 1.5), scalar('gpus', 0.5)])).toBeUndefined();
  });
});

describe('reservations', () => {
  test.each<[string, Partial<Resource>]>([
    ['unreserved', {}],
    ['role *', { role: '*' }],
    ['old static', { role: 'foo' }],
    ['old dynamic', { role: 'foo', reservation: { principal: 'p' } }],
    ['static', { reservations: [{ ...staticTo('foo'), principal: 'p' }] }],
    ['dynamic', { reservations: [dynamicTo('foo', 'p')] }],
    ['refined static', { reservations: [staticTo('foo'), dynamicTo('foo/bar')] }],
    ['refined dynamic', { reservations: [dynamicTo('foo'), dynamicTo('foo/bar'), dynamicTo('foo/bar/x/y')] }],
    ['endpoint static', { role: 'foo', reservations: [staticTo('foo')] }],
    ['endpoint dynamic', { role: 'r1', reservation: { principal: 'p' }, reservations: [dynamicTo('r1', 'p')] }],
    [
      'endpoint with labels in another order',
      {
        role: 'r',
        reservation: { labels: labels(['a'], ['b', 'c']) },
        reservations: [dynamicTo('r', undefined, labels(['b', 'c'], ['a']))],
      },
    ],
  ])('accepted: %s', (_what, more) => {
    expect(validateResource(cpus(more))).toBeUndefined();
  });

  const format = 'Invalid resource format:';
  test.each<[string, Partial<Resource>]>([
    ["Role '/x' cannot start with a slash", { role: '/x' }],
    ['Role names cannot be the empty string', { role: '' }],
    [
      "'Resource.ReservationInfo.type' must not be set for the 'Resource.reservation' field",
      { role: 'foo', reservation: { type: 'DYNAMIC' } },
    ],
    [
      "'Resource.ReservationInfo.role' must not be set for the 'Resource.reservation' field",
      { role: 'foo', reservation: { role: 'foo' } },
    ],
    ['Invalid reservation: role "*" cannot be dynamically reserved', { reservation: {} }],
    ["Invalid reservation: 'Resource.ReservationInfo.type' field must be set.", { reservations: [{ role: 'foo' }] }],
    ["Unsupported 'Resource.ReservationInfo.Type'", { reservations: [{ role: 'foo', type: 'UNKNOWN' }] }],
    ["Invalid reservation: 'Resource.ReservationInfo.role' field must be set.", { reservations: [{ type: 'STATIC' }] }],
    ["Role 'a//b' cannot contain two adjacent slashes", { reservations: [staticTo('a//b')] }],
    ['Invalid reservation: role "*" cannot be reserved', { reservations: [dynamicTo('*')] }],
    [
      'Invalid refined reservation: A refined reservation cannot be STATIC',
      { reservations: [staticTo('foo'), staticTo('foo/bar')] },
    ],
    [
      "Invalid refined reservation: role 'bar' is not a refinement of 'foo'",
      { reservations: [staticTo('foo'), dynamicTo('bar')] },
    ],
    [
      "Invalid refined reservation: role 'foo' is not a refinement of 'foo'",
      { reservations: [dynamicTo('foo'), dynamicTo('foo')] },
    ],
    [
      `${format} 'Resource.role' field with 'r1' does not match the role 'r2' in 'Resource.reservations'`,
      { role: 'r1', reservations: [staticTo('r2')] },
    ],
    [
      `${format} 'Resource.reservation' must not be set if the single reservation in 'Resource.reservations' is STATIC`,
      { role: 'r1', reservation: {}, reservations: [staticTo('r1')] },
    ],
    [
      `${format} 'Resource.role' and 'Resource.reservation' must either be both set or both not set if the single` +
        " reservation in 'Resource.reservations' is DYNAMIC",
      { role: 'r1', reservations: [dynamicTo('r1')] },
    ],
    [
      `${format} 'Resource.reservation.principal' field with 'p2' does not match the principal 'p1'` +
        " in 'Resource.reservations'",
      { role: 'r1', reservation: { principal: 'p2' }, reservations: [dynamicTo('r1', 'p1')] },
    ],
    [
      `${format} 'Resource.reservation.labels' field with '{a: b}' does not match the labels '{}'` +
        " in 'Resource.reservations'",
      { role: 'r1', reservation: { labels: labels(['a', 'b']) }, reservations: [dynamicTo('r1')] },
    ],
    [
      `${format} 'Resource.role' must not be set if there is more than one reservation in 'Resource.reservations'`,
      { role: 'r1', reservations: [dynamicTo('r1'), dynamicTo('r1/r2')] },
    ],
    [
      `${format} 'Resource.reservation' must not be set if there is more than one reservation` +
        " in 'Resource.reservations'",
      { reservation: {}, reservations: [dynamicTo('r1'), dynamicTo('r1/r2')] },
    ],
  ])('refused: %s', (reason, more) => {
    expect(validateResource(cpus(more))).toBe(reason);
  });

  test('revocable resources cannot be reserved dynamically', () => {
    const revocable = cpus({ revocable: {}, reservations: [dynamicTo('a')] });
    expect(validateResource(revocable)).toBe(
      'Invalid ReservationInfo: Dynamically reserved resource cpus(reservations: [(DYNAMIC,a)]){REV}:555.5' +
        ' cannot be created from revocable resources',
    );
    expect(validateResource(cpus({ revocable: {}, reservations: [staticTo('a')] }))).toBeUndefined();
  });
});

describe('disks', () => {
  const volume = (more: Partial<Resource> = {}): Resource => ({
    ...disk(10, { role: 'role', id: '1', containerPath: 'path' }),
    ...more,
  });
  const withDisk = (info: Resource.DiskInfo): Resource => volume({ disk: info });
  const persistence = { id: '1' };
  const used = { container_path: 'path', mode: 'RW' as const };

  test.each<[string, Resource]>([
    ['a volume', volume()],
    ['on a path', disk(10, { role: 'role', id: '1', containerPath: 'a/b', source: path('mnt') })],
    ['on a mount', disk(10, { role: 'role', id: '1', containerPath: 'path', source: mount('mnt') })],
    ['shared', volume({ shared: {} })],
    ['read-only use', withDisk({ persistence, volume: { ...used, mode: 'RO' } })],
    ['a source alone', disk(10, { source: { type: 'BLOCK', id: 'b' } })],
  ])('accepted: %s', (_what, resource) => {
    expect(validateResource(resource)).toBeUndefined();
  });

  test.each<[string, Resource]>([
    ['DiskInfo should not be set for cpus resource', cpus({ disk: { persistence } })],
    ['Mount should not be set for BLOCK disk source', disk(1, { source: { type: 'BLOCK', mount: {} } })],
    ['Path should not be set for RAW disk source', disk(1, { source: { type: 'RAW', path: {} } })],
    ["Unsupported 'DiskInfo.Source.Type' in 'UNKNOWN'", disk(1, { source: { type: 'UNKNOWN' } })],
    ['Resource cpus cannot be shared', cpus({ shared: {} })],
    ['Only persistent volumes can be shared', disk(1, { role: 'a', shared: true })],
    ['Invalid DiskInfo: Persistent volumes cannot be created from revocable resources', volume({ revocable: {} })],
    [
      'Invalid DiskInfo: Persistent volumes cannot be created from unreserved resources',
      disk(1, { id: '1', containerPath: 'path' }),
    ],
    ["Invalid DiskInfo: Expecting 'volume' to be set for persistent volume", withDisk({ persistence })],
    [
      "Invalid DiskInfo: Expecting 'host_path' to be unset for persistent volume",
      withDisk({ persistence, volume: { ...used, host_path: '/h' } }),
    ],
    ['Invalid DiskInfo: Non-persistent volume not supported', withDisk({ volume: used })],
    ['Invalid DiskInfo: DiskInfo is set but empty', withDisk({})],
    [
      'Invalid DiskInfo: Invalid persistence ID for persistent volume: ID must not be empty',
      withDisk({ persistence: { id: '' }, volume: used }),
    ],
    [
      "Invalid DiskInfo: Invalid persistence ID for persistent volume: '..' is disallowed",
      withDisk({ persistence: { id: '..' }, volume: used }),
    ],
    [
      "Invalid DiskInfo: Invalid persistence ID for persistent volume: 'a/b' contains invalid characters",
      withDisk({ persistence: { id: 'a/b' }, volume: used }),
    ],
    [
      'Invalid DiskInfo: Invalid persistence ID for persistent volume: ID must not be greater than 255 characters',
      withDisk({ persistence: { id: 'é'.repeat(128) }, volume: used }),
    ],
  ])('refused: %s', (reason, resource) => {
    expect(validateResource(resource)).toBe(reason);
  });

  test.each(['', '/data', '../data', 'a/../../b'])(
    'refused: container path %j, which leaves the sandbox',
    (outside) => {
      expect(validateResource(withDisk({ persistence, volume: { ...used, container_path: outside } }))).toBe(
        "Invalid DiskInfo: Expecting 'container_path' to be a relative path without '..' for persistent volume," +
          ` not '${outside}'`,
      );
    },
  );
});

describe('lists', () => {
  test('are allocated to one role', () => {
    const two = res('cpus:1').allocate('a').plus(res('mem:1').allocate('b'));
    expect(validateAllocatedToSingleRole(res('cpus:1;mem:2').allocate('a'))).toBeUndefined();
    expect(validateAllocatedToSingleRole(res('cpus:1'))).toBe('The resources are not allocated to a role');
    expect(validateAllocatedToSingleRole(two)).toBe(
      "The resources have multiple allocation roles ('b' and 'a') but only one allocation role is allowed",
    );
  });

  test('are of one provider', () => {
    const of = (value: string): Resource => cpus({ provider_id: { value } });
    expect(validateSingleResourceProvider(Resources.EMPTY)).toBeUndefined();
    expect(validateSingleResourceProvider(from(of('p'), of('p')))).toBeUndefined();
    expect(validateSingleResourceProvider(from(of('p'), cpus()))).toBe(
      'Some resources have a resource provider and some do not',
    );
    expect(validateSingleResourceProvider(from(of('p'), of('q')))).toBe(
      'The resources have multiple resource providers: p, q',
    );
  });

  test('use a persistence id once per role', () => {
    const volume = (role: string, size: number): Resource => disk(size, { role, id: 'v', containerPath: 'p' });
    expect(validateUniquePersistenceIds(from(volume('a', 1), volume('b', 1)))).toBeUndefined();
    expect(validateUniquePersistenceIds(from(volume('a', 1), volume('a', 2)))).toBe("Persistence ID 'v' is not unique");
  });

  test('do not mix revocable and other resources of a name', () => {
    const revocable = scalar('cpus', 1, { revocable: {} });
    expect(validateNoRevocableMix(from(revocable, scalar('mem', 1)))).toBeUndefined();
    expect(validateNoRevocableMix(from(revocable, scalar('cpus', 1)))).toBe(
      "Cannot use both revocable and non-revocable 'cpus' at the same time",
    );
  });
});
