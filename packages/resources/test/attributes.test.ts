// Goal: --attributes is read, compared and printed as in Mesos, and a set is no reason to die. Method: Mesos' vectors.
import { describe, expect, test } from 'vitest';
import type { Attribute } from '@mini-mesos/proto';
import {
  attributesEqual,
  attributesNamed,
  attributesToStateJson,
  hasAttribute,
  parseAttributes,
  rangesAttribute,
  scalarAttribute,
  setAttribute,
  textAttribute,
  validateAttribute,
} from '@mini-mesos/resources';
import { must } from './support/build.js';

const read = (text: string): Attribute[] => must(parseAttributes(text));

describe('reading', () => {
  test('the value decides the type', () => {
    expect(read('cpus:45.55;ports:[10000-20000, 30000-50000];rack:rack1,rack2;tags:{a, b,a}')).toEqual([
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
      { name: 'rack', type: 'TEXT', text: { value: 'rack1,rack2' } },
      { name: 'tags', type: 'SET', set: { item: ['a', 'b'] } },
    ]);
  });

  test.each([
    ['attr1:foo:bar;attr2:baz:qux:', { attr1: 'foo:bar', attr2: 'baz:qux:' }],
    ['os:centos7;rack:2;zone:[1-3]', { os: 'centos7', rack: 2, zone: '[1-3]' }],
    ['a:b\nc:d', { a: 'b', c: 'd' }],
    [' a : b c ;; ', { a: 'bc' }],
    ['a:1.23456', { a: 1.23456 }],
    ['a:-1', { a: '-1' }],
    ['tags:{b,a}', { tags: '{b, a}' }],
    ['a:1;a:2', { a: 2 }],
    ['__proto__:x', Object.fromEntries([['__proto__', 'x']])],
    ['', {}],
  ])('%j in /state is %j', (text, json) => {
    expect(attributesToStateJson(read(text))).toEqual(json);
  });

  test.each([
    ['os=centos7', "cannot read attribute 'os=centos7': expected name:value pairs joined by ';', for example rack:r1"],
    [':x', "cannot read attribute ':x': expected name:value pairs joined by ';', for example rack:r1"],
    ['a:1;b:', "cannot read attribute 'b:': expected name:value pairs joined by ';', for example rack:r1"],
    ['a:[1-2', "cannot read attribute 'a:[1-2': Mismatched brackets"],
    ['a:x[1]', "cannot read attribute 'a:x[1]': Unexpected '[' found"],
  ])('%j is refused', (text, error) => {
    expect(parseAttributes(text)).toEqual({ ok: false, error });
  });
});

test('equality is that of sets', () => {
  const all = read('cpus:45.55;ports:[10000-20000, 30000-50000];rack:rack1,rack2;tags:{a,b}');
  const equal = (left: string, right: string): boolean => attributesEqual(read(left), read(right));
  expect(attributesEqual(all, read('tags:{b,a};cpus:45.55;ports:[30000-50000,10000-20000];rack:rack1,rack2'))).toBe(
    true,
  );
  expect(equal('', '')).toBe(true);
  expect(equal('a:1', '')).toBe(false);
  expect(equal('a:1;b:2', 'a:1;b:3')).toBe(false);
  expect(attributesEqual(all, read('cpus:45.55;ports:45.55;rack:45.55;tags:1'))).toBe(false);
  expect(
    equal('rack:rack1;dedicated:customer1;dedicated:customer2', 'dedicated:customer2;dedicated:customer1;rack:rack1'),
  ).toBe(true);
  expect(equal('a:1;a:1;a:2', 'a:1;a:2;a:2')).toBe(true);
  expect(equal('a:1;a:1', 'a:1')).toBe(false);
  expect(equal('a:x', 'b:x')).toBe(false);
});

test('matching goes by name and type', () => {
  const all = read('rack:2;rack:r2;rack:[2-3];rack:{x};zone:z;zone:y');
  expect(scalarAttribute(all, 'rack')).toBe(2);
  expect(textAttribute(all, 'rack')).toBe('r2');
  expect(rangesAttribute(all, 'rack')).toEqual([{ begin: 2, end: 3 }]);
  expect(setAttribute(all, 'rack')).toEqual(['x']);
  expect(textAttribute(all, 'zone')).toBe('z');
  expect(attributesNamed(all, 'zone').map(({ text }) => text?.value)).toEqual(['z', 'y']);
  expect([scalarAttribute(all, 'zone'), rangesAttribute(all, 'zone'), setAttribute(all, 'zone')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(hasAttribute(all, { name: 'rack', type: 'SCALAR', scalar: { value: 2.0001 } })).toBe(true);
  expect(hasAttribute(all, { name: 'rack', type: 'TEXT', text: { value: '2' } })).toBe(false);
});

test('attributes in messages have a name and a value of their type', () => {
  expect(read('a:1;b:x;c:[1-2];d:{e}').map(validateAttribute)).toEqual([undefined, undefined, undefined, undefined]);
  expect(validateAttribute({ name: '', type: 'TEXT', text: { value: 'x' } })).toBe('an attribute has no name');
  expect(validateAttribute({ name: 'a', type: 'TEXT', scalar: { value: 1 } })).toBe(
    "attribute 'a' of type TEXT has no value of that type",
  );
});
