// Goal: amounts by name and limits by name count as in Mesos. Method: vectors of Mesos' resource_quantities tests.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Limits, Quantities, Resources } from '@mini-mesos/resources';
import { milli } from './support/arbitraries.js';
import { disk, dynamicTo, from, limits, quantities, res } from './support/build.js';

describe('reading quantities', () => {
  test.each([
    ['cpus:10', 'cpus:10'],
    ['cpus:3.14', 'cpus:3.14'],
    [' cpus : 3.14 ; disk : 10 ', 'cpus:3.14; disk:10'],
    ['cpus:0', '{}'],
    ['', '{}'],
    ['ports:3;cpus:10.5', 'cpus:10.5; ports:3'],
    ['ports:3;cpus:1;cpus:10.5', 'cpus:11.5; ports:3'],
    ['c p us:10', 'c p us:10'],
  ])('%s is %s', (text, printed) => {
    expect(quantities(text).toString()).toBe(printed);
  });

  const invalid = [
    'cpus:a10',
    'cpus:3.14c',
    'ports:3,cpus:1',
    'ports:3,cpus:-1',
    'cpus:nan',
    'cpus:-inf',
    'cpus:infinity',
    'cpus:-1',
    'cpus',
    'cpus:1:2',
    'cpus:[1-2]',
    'cpus:1e300',
  ];
  test.each(invalid)('%s is neither quantities nor limits', (text) => {
    expect(Quantities.parse(text)).toMatchObject({ ok: false, error: expect.stringMatching(/^Failed to parse '/) });
    expect(Limits.parse(text)).toMatchObject({ ok: false, error: expect.stringMatching(/^Failed to parse '/) });
  });

  test('errors name the part', () => {
    expect(Quantities.parse('cpus:1;mem')).toEqual({
      ok: false,
      error: "Failed to parse 'mem': missing or extra ':'",
    });
    expect(Quantities.parse('cpus:{a}')).toEqual({
      ok: false,
      error: "Failed to parse '{a}' to quantity: only scalar values are allowed",
    });
  });
});

describe('counting resources', () => {
  test('ranges and sets count their elements', () => {
    expect(res('cpus:1;mem:512;ports:[5000-6000];zones:{a,b};disk:800').quantities().toString()).toBe(
      'cpus:1; disk:800; mem:512; ports:1001; zones:2',
    );
    expect(Quantities.fromScalars(res('cpus:1;mem:512;ports:[1-2]')).toString()).toBe('cpus:1; mem:512');
    expect(Resources.EMPTY.quantities()).toBe(Quantities.EMPTY);
  });

  test.each([
    ['', 'cpus:1', false],
    ['cpus:1', '', true],
    ['cpus:2', 'cpus:1', true],
    ['cpus:1', 'cpus:1', true],
    ['cpus:0.5', 'cpus:1', false],
    ['ports:[1-3]', 'ports:2', true],
    ['ports:[1-2]', 'ports:2', true],
    ['ports:[1-1]', 'ports:2', false],
    ['features:{a,b,c}', 'features:2', true],
    ['features:{a,b}', 'features:2', true],
    ['features:{a}', 'features:2', false],
    ['cpus:3;ports:[1-3];features:{a,b,c};mem:10', 'cpus:3;ports:3;features:3', true],
    ['cpus:1;ports:[1-3];features:{a,b,c}', 'cpus:3;ports:3;features:3', false],
    ['cpus:3;ports:[1-3]', 'cpus:3;ports:3;features:3', false],
    ['cpus(role1):2', 'cpus:3', false],
    ['cpus(role1):2;cpus:1', 'cpus:3', true],
  ])('%s contains %s: %s', (have, wanted, contains) => {
    expect(res(have).containsQuantities(quantities(wanted))).toBe(contains);
  });

  test('over reservations, and a shared volume once', () => {
    const ports = res('ports:[1-10]').pushReservation(dynamicTo('role', 'principal'));
    expect(ports.containsQuantities(quantities('ports:12'))).toBe(false);
    expect(ports.plus(res('ports:[20-25]')).containsQuantities(quantities('ports:12'))).toBe(true);
    const volume = from(disk(64, { role: 'role1', id: 'id1', containerPath: 'path1', shared: true }));
    expect(volume.plus(volume).containsQuantities(quantities('disk:128'))).toBe(false);
    expect(volume.plus(res('disk:64')).containsQuantities(quantities('disk:128'))).toBe(true);
  });
});

describe('arithmetic', () => {
  test.each([
    ['cpus:10', '', 'cpus:10'],
    ['cpus:10', 'cpus:0.1', 'cpus:10.1'],
    ['cpus:10.1', 'alphas:1', 'alphas:1; cpus:10.1'],
    ['cpus:10.1', 'mem:1', 'cpus:10.1; mem:1'],
    ['alphas:1;cpus:10.1', 'cpus:1;mem:100', 'alphas:1; cpus:11.1; mem:100'],
  ])('%s plus %s', (left, right, sum) => {
    expect(quantities(left).plus(quantities(right)).toString()).toBe(sum);
    expect(quantities(right).plus(quantities(left)).toString()).toBe(sum);
    expect(Quantities.sum([quantities(left), quantities(right)]).toString()).toBe(sum);
  });

  test.each([
    ['', 'cpus:1', '{}'],
    ['cpus:1', '', 'cpus:1'],
    ['cpus:1', 'cpus:0.4', 'cpus:0.6'],
    ['cpus:1', 'cpus:1', '{}'],
    ['cpus:1', 'cpus:1.4', '{}'],
    ['cpus:1', 'mem:100', 'cpus:1'],
    ['cpus:1', 'alphas:1', 'cpus:1'],
    ['cpus:1;mem:100', 'alphas:1;cpus:0.5', 'cpus:0.5; mem:100'],
  ])('%s minus %s', (left, right, rest) => {
    expect(quantities(left).minus(quantities(right)).toString()).toBe(rest);
  });

  test('smaller and larger amounts of each name', () => {
    const [a, b] = [quantities('cpus:1;mem:9;gpus:2'), quantities('cpus:3;mem:5;disk:7')];
    expect(a.min(b).toString()).toBe('cpus:1; mem:5');
    expect(a.max(b).toString()).toBe('cpus:3; disk:7; gpus:2; mem:9');
  });

  test.each([
    ['', '', true],
    ['cpus:1', '', true],
    ['', 'cpus:1', false],
    ['cpus:1;mem:1;disk:1', 'cpus:1;mem:1', true],
    ['cpus:1;mem:1', 'cpus:1;mem:1;disk:1', false],
    ['cpus:1;mem:1', 'cpus:1;disk:1', false],
    ['cpus:1;mem:1', 'gpu:1;disk:1', false],
    ['cpus:2;mem:2', 'cpus:2;mem:1', true],
    ['cpus:2;mem:1', 'cpus:2;mem:2', false],
  ])('%s contains %s: %s', (left, right, contains) => {
    expect(quantities(left).contains(quantities(right))).toBe(contains);
  });

  test('laws', () => {
    const any = fc
      .array(fc.tuple(fc.constantFrom('a', 'b', 'c'), milli), { maxLength: 4 })
      .map((l) => Quantities.of(l));
    fc.assert(
      fc.property(any, any, any, (a, b, c) => {
        expect(a.plus(b).equals(b.plus(a))).toBe(true);
        expect(
          a
            .plus(b)
            .plus(c)
            .equals(a.plus(b.plus(c))),
        ).toBe(true);
        expect(a.plus(b).minus(b).equals(a)).toBe(true);
        expect(a.min(b).plus(a.max(b)).equals(a.plus(b))).toBe(true);
        expect(a.contains(b)).toBe(a.max(b).equals(a));
        expect(Quantities.of(a.entries.map(({ name, milli: amount }) => [name, amount])).equals(a)).toBe(true);
        expect(Quantities.fromProto(a.toProto()).equals(a)).toBe(true);
      }),
    );
  });
});

test('numbers for the endpoints', () => {
  expect(quantities('cpus:0.4;mem:128').toJson()).toEqual({ cpus: 0.4, mem: 128 });
  expect(quantities('cpus:0.4').toProto()).toEqual({ cpus: { value: 0.4 } });
  expect(limits('cpus:0;mem:128').toJson()).toEqual({ cpus: 0, mem: 128 });
  expect(Limits.fromProto({ cpus: { value: 0.5 } }).toProto()).toEqual({ cpus: { value: 0.5 } });
  expect(quantities('mem:1;cpus:2').names()).toEqual(['cpus', 'mem']);
  expect(limits('mem:1;cpus:2').names()).toEqual(['cpus', 'mem']);
});

describe('limits', () => {
  test('zero is a limit, absence is none', () => {
    expect(limits('cpus:0').get('cpus')).toBe(0);
    expect(limits('cpus:0').get('mem')).toBeUndefined();
    expect(limits('cpus:0').isEmpty || !Limits.NONE.isEmpty).toBe(false);
    expect(limits('mem:2;cpus:0').toString()).toBe('cpus:0; mem:2');
    expect(Limits.parse('cpus:1;cpus:2')).toEqual({
      ok: false,
      error: "Failed to parse 'cpus:1;cpus:2' to limit: duplicate names are not allowed",
    });
  });

  test.each([
    ['', '', true],
    ['', 'cpus:1', true],
    ['cpus:1', '', false],
    ['cpus:1;mem:1', 'cpus:1;mem:1;disk:1', true],
    ['cpus:1;mem:1;disk:1', 'cpus:1;mem:1', false],
    ['cpus:1;mem:1', 'cpus:1;disk:1', false],
    ['cpus:1;mem:1', 'gpu:1;disk:1', false],
    ['cpus:2;mem:2', 'cpus:2;mem:1', true],
    ['cpus:2;mem:1', 'cpus:2;mem:2', false],
  ])('%s contains the limits %s: %s', (left, right, contains) => {
    expect(limits(left).contains(limits(right))).toBe(contains);
  });

  test.each([
    ['', '', true],
    ['cpus:1', '', true],
    ['cpus:1;mem:1;disk:1', 'cpus:1;mem:1', true],
    ['cpus:1;mem:1', 'cpus:1;mem:1;disk:1', true],
    ['cpus:1;mem:1', 'gpu:1;disk:1', true],
    ['cpus:2;mem:2', 'cpus:2;mem:1', true],
    ['cpus:2;mem:1', 'cpus:2;mem:2', false],
    ['cpus:0', 'cpus:0.001', false],
  ])('%s allows %s: %s', (left, right, allows) => {
    expect(limits(left).allows(quantities(right))).toBe(allows);
  });

  test.each([
    ['', 'cpus:10', ''],
    ['cpus:1', '', 'cpus:1'],
    ['cpus:1', 'cpus:1', 'cpus:0'],
    ['cpus:1', 'cpus:2', 'cpus:0'],
    ['cpus:1;mem:10', 'cpus:1;disk:10', 'cpus:0;mem:10'],
    ['cpus:1;mem:10', 'cpus:1;mem:5;disk:10', 'cpus:0;mem:5'],
  ])('%s minus %s is %s', (left, right, rest) => {
    expect(limits(left).minus(quantities(right)).equals(limits(rest))).toBe(true);
  });
});
