// Goal: the roles that Mesos takes, with its texts, and the laws of their hierarchy. Method: Mesos' vectors, properties.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isStrictSubroleOf, parentRole, roleAncestors, validateRole } from '@mini-mesos/resources';

test.each([
  'foo',
  '123',
  'foo_123',
  '*',
  'foo-bar',
  'foo.bar',
  'foo..bar',
  '...',
  'foo/bar',
  'foo/.bar',
  'foo/bar/baz',
  'a/b/c/d/e/f/g/h',
])('%s is a role', (role) => {
  expect(validateRole(role)).toBeUndefined();
});

test.each([
  ['', 'Role names cannot be the empty string'],
  ['/', "Role '/' cannot start with a slash"],
  ['/x', "Role '/x' cannot start with a slash"],
  ['foo/', "Role 'foo/' cannot end with a slash"],
  ['foo/bar/', "Role 'foo/bar/' cannot end with a slash"],
  ['foo//bar', "Role 'foo//bar' cannot contain two adjacent slashes"],
  ['.', "Role '.' cannot include '.' as a component"],
  ['..', "Role '..' cannot include '..' as a component"],
  ['./.', "Role './.' cannot include '.' as a component"],
  ['../..', "Role '../..' cannot include '..' as a component"],
  ['./foo', "Role './foo' cannot include '.' as a component"],
  ['../foo', "Role '../foo' cannot include '..' as a component"],
  ['foo/.', "Role 'foo/.' cannot include '.' as a component"],
  ['foo/..', "Role 'foo/..' cannot include '..' as a component"],
  ['foo/./bar', "Role 'foo/./bar' cannot include '.' as a component"],
  ['foo/../bar', "Role 'foo/../bar' cannot include '..' as a component"],
  ['foo/*', "Role 'foo/*' cannot include '*' as a component"],
  ['foo/*/bar', "Role 'foo/*/bar' cannot include '*' as a component"],
  ['*/foo', "Role '*/foo' cannot include '*' as a component"],
  ['-foo', "Role component '-foo' is invalid because it starts with a dash"],
  ['foo/-bar', "Role component '-bar' is invalid because it starts with a dash"],
  ['foo bar', "Role component 'foo bar' is invalid because it contains backspace or whitespace"],
  ['foo\tbar', "Role component 'foo\tbar' is invalid because it contains backspace or whitespace"],
  ['foo\nbar', "Role component 'foo\nbar' is invalid because it contains backspace or whitespace"],
  ['x\u007f', "Role component 'x\u007f' is invalid because it contains backspace or whitespace"],
])('%j is not: %s', (role, reason) => {
  expect(validateRole(role)).toBe(reason);
});

test.each([
  ['foo/bar', 'foo', true],
  ['foo/bar/baz', 'foo', true],
  ['foo', 'foo', false],
  ['bar', 'foo', false],
  ['foobar', 'foo', false],
  ['foo', 'foo/bar', false],
])('%s below %s: %s', (role, ancestor, below) => {
  expect(isStrictSubroleOf(role, ancestor)).toBe(below);
});

test('ancestors, nearest first', () => {
  expect(roleAncestors('a/b/c')).toEqual(['a/b', 'a']);
  expect(roleAncestors('a')).toEqual([]);
  expect(parentRole('a/b/c')).toBe('a/b');
  expect(parentRole('a')).toBeUndefined();
});

describe('laws', () => {
  const role = fc.array(fc.constantFrom('a', 'ab', 'b', '.a'), { minLength: 1, maxLength: 4 }).map((p) => p.join('/'));

  test('a role is below exactly its ancestors', () => {
    fc.assert(
      fc.property(role, role, (left, right) => {
        expect(isStrictSubroleOf(left, right)).toBe(roleAncestors(left).includes(right));
      }),
    );
  });

  test('being below is transitive and never mutual', () => {
    fc.assert(
      fc.property(role, role, role, (a, b, c) => {
        if (isStrictSubroleOf(a, b) && isStrictSubroleOf(b, c)) expect(isStrictSubroleOf(a, c)).toBe(true);
        expect(isStrictSubroleOf(a, b) && isStrictSubroleOf(b, a)).toBe(false);
      }),
    );
  });

  test('ancestors of a valid role are valid, and the first is the parent', () => {
    fc.assert(
      fc.property(role, (name) => {
        expect(validateRole(name)).toBeUndefined();
        expect(roleAncestors(name).map(validateRole)).toEqual(roleAncestors(name).map(() => undefined));
        expect(roleAncestors(name)[0]).toBe(parentRole(name));
      }),
    );
  });
});
