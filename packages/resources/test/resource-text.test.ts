// Goal: --resources is read and refused as in Mesos, as text and as JSON. Method: vectors of Mesos' resources tests.
import { describe, expect, test } from 'vitest';
import { parseResourcesFlag, Resources } from '@mini-mesos/resources';
import { from, must, res, scalar, staticTo } from './support/build.js';

const errorOf = (text: string): string => {
  const result = Resources.parse(text);
  return result.ok ? 'no error' : result.error;
};

describe('text', () => {
  test('scalars, ranges and sets', () => {
    expect(res('cpus:45.55;ports:[10000-20000, 30000-50000];disks:{sda1}').toProto()).toEqual([
      { name: 'cpus', type: 'SCALAR', scalar: { value: 45.55 } },
      {
        name: 'ports',
        type: 'RANGES',
        ranges: {
          range: [
            { begin: 10_000, end: 20_000 },
            { begin: 30_000, end: 50_000 },
          ],
        },
      },
      { name: 'disks', type: 'SET', set: { item: ['sda1'] } },
    ]);
  });

  test('a role in parentheses is a static reservation', () => {
    expect(res('cpus(role1):2;mem(role1):3').toProto()).toEqual([
      scalar('cpus', 2, { reservations: [staticTo('role1')] }),
      scalar('mem', 3, { reservations: [staticTo('role1')] }),
    ]);
  });

  test('without parentheses the default role counts', () => {
    expect(res('cpus:2.5;ports(role2):[0-100]', 'role1').equals(res('cpus(role1):2.5;ports(role2):[0-100]'))).toBe(
      true,
    );
    expect(res('cpus(*):1', 'role1').equals(res('cpus:1'))).toBe(true);
  });

  test('spaces, empty parts and repeated names', () => {
    expect(res(' cpus : 1 ;; mem ( web ) : 5 ; cpus:2; ').toString()).toBe(
      'cpus:3; mem(reservations: [(STATIC,web)]):5',
    );
    expect(res('').isEmpty).toBe(true);
  });

  test('zero amounts are valid and vanish', () => {
    expect(res('gpus:0;ports:[];disks:{}').isEmpty).toBe(true);
  });

  test('thousandths: what is less is rounded, half away from zero', () => {
    expect(res('cpus:1.5011').scalarMilli('cpus')).toBe(1501);
    expect(res('cpus:1.5015').scalarMilli('cpus')).toBe(1502);
  });

  test.each([
    ['cpus(role1)', "Bad value for resources, missing or extra ':' in cpus(role1)"],
    ['cpus(role1:1', 'Bad value for resources, mismatched parentheses in cpus(role1:1'],
    ['cpus)(role1:1', 'Bad value for resources, mismatched parentheses in cpus)(role1:1'],
    ['cpus:1:2', "Bad value for resources, missing or extra ':' in cpus:1:2"],
    ['cpus', "Bad value for resources, missing or extra ':' in cpus"],
    ['cpus:one', 'Bad type for resource cpus value one type TEXT'],
    ['cpus:-1', 'Bad type for resource cpus value -1 type TEXT'],
    ['cpus:inf', 'Bad type for resource cpus value inf type TEXT'],
    ['cpus:nan', 'Bad type for resource cpus value nan type TEXT'],
    ['cpus:1e-310', 'Failed to parse resource cpus value 1e-310 error Subnormal values not supported'],
    ['ports:[1-2', 'Failed to parse resource ports value [1-2 error Mismatched brackets'],
    ['cpus:0.00001', 'Invalid scalar resource: value <= 0'],
    ['cpus:1e13', 'Invalid scalar resource: 10000000000000 is more than can be counted'],
    ['disks:{a,a}', 'Invalid set resource: duplicated elements'],
    ['cpus():1', 'Role names cannot be the empty string'],
    ['cpus(a//b):1', "Role 'a//b' cannot contain two adjacent slashes"],
    ['(a):1', 'Empty resource name'],
    ['foo(role1):1;foo(role2):[0-1]', "Resources with the same name ('foo') but different types are not allowed"],
  ])('%s: %s', (text, error) => {
    expect(errorOf(text)).toBe(error);
  });
});

describe('JSON', () => {
  const pandas = { name: 'pandas', type: 'SET', set: { item: ['lun_lun', 'yang_yang'] } };
  const errorOfJson = (...resources: unknown[]): string => errorOf(JSON.stringify(resources));

  test('an array of resources', () => {
    const json = [
      { name: 'cpus', type: 'SCALAR', scalar: { value: 45.55 } },
      { name: 'ports', type: 'RANGES', ranges: { range: [{ begin: 1, end: 2 }] } },
      pandas,
    ];
    expect(res(JSON.stringify(json, null, 2)).equals(res('cpus:45.55;ports:[1-2];pandas:{lun_lun,yang_yang}'))).toBe(
      true,
    );
  });

  test('reservations of either format, and the default role where there is none', () => {
    const refined = { name: 'cpus', type: 'SCALAR', scalar: { value: 1 }, reservations: [staticTo('a')] };
    const old = { name: 'mem', type: 'SCALAR', scalar: { value: 2 }, role: 'b' };
    const none = { name: 'gpus', type: 'SCALAR', scalar: { value: 3 } };
    const parsed = res(JSON.stringify([refined, old, none]), 'c');
    expect(parsed.equals(res('cpus(a):1;mem(b):2;gpus(c):3'))).toBe(true);
  });

  test('disks with a source can only be written so', () => {
    const disk = {
      name: 'disk',
      type: 'SCALAR',
      scalar: { value: 2048 },
      disk: { source: { type: 'MOUNT', mount: { root: '/mnt/disk1' } } },
    };
    expect(res(JSON.stringify([disk])).toString()).toBe('disk[MOUNT:/mnt/disk1]:2048');
  });

  test('numbers as text, a single object for a list, null and unknown fields', () => {
    const lenient = [
      { name: 'cpus', type: 'SCALAR', scalar: { value: '8.25' }, role: null, colour: 'red' },
      { name: 'ports', type: 'RANGES', ranges: { range: { begin: 1, end: '3' } } },
    ];
    expect(res(JSON.stringify(lenient)).equals(res('cpus:8.25;ports:[1-3]'))).toBe(true);
  });

  test.each([
    ['a single object', JSON.stringify(pandas), 'Resources in JSON must be an array of resources'],
    ['a missing comma', '[{"name": "a"} {"name": "b"}]', 'Resources look like JSON but cannot be read: '],
    ['text after the array', `${JSON.stringify([pandas])} once upon a time`, 'Resources look like JSON but cannot be'],
    ['a wrong bracket', '[{"name": "a", "set": {"item": ["x"}}]', 'Resources look like JSON but cannot be read: '],
  ])('refused: %s', (_what, text, error) => {
    expect(errorOf(text)).toContain(error);
  });

  test('refused: shapes that no resource has', () => {
    const format = 'Some JSON resources were not formatted properly';
    expect(errorOfJson([pandas])).toBe(`${format}: [0]: expected an object, not ${JSON.stringify([pandas])}`);
    expect(errorOfJson({ name: 'a', set: { item: [] } })).toBe(`${format}: [0].type: missing or not understood`);
    expect(errorOfJson({ ...pandas, type: 'FLOATINGPOINT' })).toBe(`${format}: [0].type: missing or not understood`);
    expect(errorOfJson({ type: 'SET' })).toBe(`${format}: [0].name: missing or not understood`);
    expect(errorOfJson(pandas, { name: 'a', type: 'SCALAR', scalar: { value: 'many' } })).toBe(
      `${format}: [1].scalar.value: expected a number, not "many"`,
    );
    expect(errorOfJson({ ...pandas, set: { item: ['a', 7] } })).toBe(
      `${format}: [0].set.item[1]: expected a string, not 7`,
    );
  });

  test('refused: values that are not valid', () => {
    expect(errorOfJson({ ...pandas, name: '' })).toBe('Empty resource name');
    expect(errorOfJson(scalar('power', -1))).toBe('Invalid scalar resource: value <= 0');
    expect(errorOfJson({ name: 'a', type: 'SCALAR', scalar: { value: 'Infinity' } })).toBe(
      "Invalid scalar resource: expecting a finite number, not 'Infinity'",
    );
    expect(errorOfJson({ name: 'a', type: 'TEXT' })).toBe('Unsupported resource type');
    expect(errorOfJson(scalar('pandas', 14), pandas)).toBe(
      "Resources with the same name ('pandas') but different types are not allowed",
    );
  });

  test('refused: what only a running cluster makes', () => {
    const volume = { persistence: { id: 'v' }, volume: { container_path: 'data', mode: 'RW' as const } };
    expect(errorOfJson(scalar('disk', 1, { disk: volume }))).toBe(
      'Persistent volumes cannot be specified at the command line',
    );
    expect(errorOfJson(scalar('cpus', 1, { role: 'a', revocable: {} }))).toMatch(
      /^Revocable resources cannot be specified at the command line/,
    );
    const dynamic = /^Dynamic reservations cannot be specified at the command line/;
    expect(errorOfJson(scalar('cpus', 1, { reservations: [{ type: 'DYNAMIC', role: 'a' }] }))).toMatch(dynamic);
    expect(errorOfJson(scalar('cpus', 1, { role: 'a', reservation: { principal: 'p' } }))).toMatch(dynamic);
  });
});

test('the flag remembers which names were given, zeros included', () => {
  const given = must(parseResourcesFlag('cpus:0;mem:5', 'web'));
  expect(given.resources.equals(from(scalar('mem', 5, { role: 'web' })))).toBe(true);
  expect([...given.names]).toEqual(['cpus', 'mem']);
  expect(given.defaultRole).toBe('web');
  expect(parseResourcesFlag('cpus').ok).toBe(false);
});
