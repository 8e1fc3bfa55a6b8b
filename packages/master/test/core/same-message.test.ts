// Goal: messages are the same where they say the same. Method: pairs.
import { expect, test } from 'vitest';
import { sameMessage } from '../../src/core/same-message.js';

const info = { id: { value: 'a' }, roles: ['x', 'y'], port: 1 };

test.each([
  ['fields in another order, also within', { port: 1, roles: ['x', 'y'], id: { value: 'a' } }],
  ['a field that is undefined', { ...info, name: undefined }],
])('same: %s', (_, other) => {
  expect(sameMessage(info, other)).toBe(true);
  expect(sameMessage(other, info)).toBe(true);
});

test.each([
  ['another value', { ...info, port: 2 }],
  ['another value within', { ...info, id: { value: 'b' } }],
  ['a field more', { ...info, name: 'n' }],
  ['an element more', { ...info, roles: ['x', 'y', 'z'] }],
  ['elements in another order', { ...info, roles: ['y', 'x'] }],
  ['a message for a list', { ...info, roles: { 0: 'x', 1: 'y' } }],
  ['nothing', undefined],
])('not the same: %s', (_, other) => {
  expect(sameMessage(info, other)).toBe(false);
  expect(sameMessage(other, info)).toBe(false);
});
