import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { makeDirectories } from '@mini-mesos/daemon';

const directory = mkdtempSync(join(tmpdir(), 'mini-mesos-directories-'));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('a directory is made with those above it, once', () => {
  const path = join(directory, 'a', 'b', 'c');
  makeDirectories(path);
  makeDirectories(path);
  expect(existsSync(path)).toBe(true);
});

test('where none can be made there is an error, not a wait without end', () => {
  expect(() => makeDirectories('/proc/mini-mesos/agent')).toThrow(/ENOENT/);
  makeDirectories(directory);
  writeFileSync(join(directory, 'file'), '');
  expect(() => makeDirectories(join(directory, 'file', 'below'))).toThrow(/ENOTDIR/);
});
