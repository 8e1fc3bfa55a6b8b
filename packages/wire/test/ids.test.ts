// Goal: ids that can become directory names, and UUIDs. Method: table of Mesos' refusals.
import { expect, test } from 'vitest';
import { asUuid, invalidId, uuidText } from '@mini-mesos/wire';

test.each([
  ['', 'ID must not be empty'],
  ['x'.repeat(256), 'ID must not be greater than 255 characters'],
  ['..', "'..' is disallowed"],
  ['a/b', "'a/b' contains invalid characters"],
  ['a\\b', "'a\\b' contains invalid characters"],
  ['a\nb', "'a\nb' contains invalid characters"],
  ['task.1-2 x', undefined],
  ['x'.repeat(255), undefined],
])('%j', (id, reason) => {
  expect(invalidId(id)).toBe(reason);
});

test('random bytes become a version 4 UUID', () => {
  expect(uuidText(asUuid(new Uint8Array(16).fill(255)))).toBe('ffffffff-ffff-4fff-bfff-ffffffffffff');
});
