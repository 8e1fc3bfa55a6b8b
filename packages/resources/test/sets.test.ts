// Goal: sets compare without order and print in the order they were written. Method: examples.
import { expect, test } from 'vitest';
import {
  containsSet,
  intersectSets,
  parseSet,
  printSet,
  setsEqual,
  subtractSets,
  unionSets,
} from '@mini-mesos/resources';

test('a union keeps the left order, then adds what is new on the right', () => {
  expect(unionSets(['b', 'a'], ['c', 'a', 'd'])).toEqual(['b', 'a', 'c', 'd']);
});

test('a difference keeps the left order', () => {
  expect(subtractSets(['sda1', 'sda2', 'sda3'], ['sda3', 'sda2'])).toEqual(['sda1']);
  expect(subtractSets(['sda4'], ['sda1'])).toEqual(['sda4']);
});

test('an intersection keeps the left order', () => {
  expect(intersectSets(['c', 'b', 'a'], ['a', 'c'])).toEqual(['c', 'a']);
});

test('equality and containment ignore order', () => {
  expect(setsEqual(['a', 'b'], ['b', 'a'])).toBe(true);
  expect(setsEqual(['a', 'b'], ['a', 'c'])).toBe(false);
  expect(setsEqual(['a'], ['a', 'b'])).toBe(false);
  expect(containsSet(['sda1', 'sda3', 'sda4', 'sda2'], ['sda2', 'sda1'])).toBe(true);
  expect(containsSet(['sda1', 'sda2'], ['sda3'])).toBe(false);
});

test('printing', () => {
  expect(printSet(['b', 'a'])).toBe('{b, a}');
  expect(printSet([])).toBe('{}');
});

test('reading keeps the order and drops duplicates', () => {
  expect(parseSet('{b, a,b}')).toEqual({ ok: true, value: ['b', 'a'] });
  expect(parseSet('[1-2]')).toEqual({ ok: false, error: "Expecting a set, not '[1-2]'" });
  expect(parseSet('{a')).toEqual({ ok: false, error: 'Mismatched brackets' });
});
