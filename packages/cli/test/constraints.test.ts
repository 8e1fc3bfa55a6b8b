// Goal: constraints mean what they mean in Spark, for each of the four kinds of attributes. Method: the pure functions.
import { parseAttributes } from '@mini-mesos/resources';
import { describe, expect, test } from 'vitest';
import { constraintText, parseConstraints, unmetConstraint } from '../src/core/execute/constraints.js';

function holds(attributes: string, constraints: string): boolean {
  const place = parseAttributes(attributes);
  const wanted = parseConstraints(constraints);
  if (!place.ok || !wanted.ok) throw new Error('cannot read the example');
  return unmetConstraint({ hostname: 'node7', attributes: place.value }, wanted.value) === undefined;
}

test.each([
  ['os:centos7', 'os:centos7', true],
  ['os:centos7', 'os:debian', false],
  ['os:centos7', 'os:debian,centos7', true],
  ['os:centos7', 'os', true],
  ['os:centos7', 'os:', true],
  ['', 'os', false],
  ['', 'os:centos7', false],
  ['os:centos7;rack:r1', 'os:centos7;rack:r2', false],
  ['os:centos7;rack:r1', 'os:centos7;rack:r1', true],
  ['rack:2', 'rack:2', true],
  ['rack:2', 'rack:1', true],
  ['rack:2', 'rack:3', false],
  ['rack:2', 'rack:x', false],
  ['zone:[1-5]', 'zone:3', true],
  ['zone:[1-5]', 'zone:7', false],
  ['disks:{ssd,hdd}', 'disks:ssd', true],
  ['disks:{ssd,hdd}', 'disks:ssd,hdd', true],
  ['disks:{ssd,hdd}', 'disks:ssd,nvme', false],
  ['', 'hostname:node7', true],
  ['', 'hostname:node8', false],
  ['hostname:other', 'hostname:node7', false],
  ['os:centos7', '', true],
  ['os:centos7', ' os:centos7 ; ', true],
])('%s against %s: %s', (attributes, constraints, expected) => {
  expect(holds(attributes, constraints)).toBe(expected);
});

describe('the text', () => {
  test('is refused where a name is missing', () => {
    expect(parseConstraints('os:a;:b')).toMatchObject({ ok: false, error: expect.stringContaining("'os:a;:b'") });
  });

  test('is printed as it is written', () => {
    const parsed = parseConstraints('os:a, b;gpu');
    expect(parsed.ok && parsed.value.map(constraintText)).toEqual(['os:a,b', 'gpu']);
  });
});
