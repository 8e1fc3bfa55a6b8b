// Goal: docs/reliability.md names no test that is not there. Method: every `file`: “name” in it is looked for.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const home = join(import.meta.dirname, '..', '..');
const text = readFileSync(join(home, 'docs', 'reliability.md'), 'utf8');
const named = [...text.matchAll(/`([\w./-]+\.test\.ts)`: “([^”]+)”/g)].map(([, file = '', name = '']) => ({
  file,
  name,
}));

test('every test that a promise rests on exists', () => {
  expect(named.length).toBeGreaterThan(50);
  const missing = named.filter(({ file, name }) => {
    const path = join(home, file);
    return !existsSync(path) || !readFileSync(path, 'utf8').includes(name);
  });
  expect(missing).toEqual([]);
});

test('every promise rests on a test', () => {
  const promises = text
    .slice(text.indexOf('## The promises'), text.indexOf('## What Mesos left open'))
    .split('\n### ')
    .slice(1);
  const bare = promises.filter((promise) => !promise.includes('.test.ts`: “')).map((promise) => promise.split('\n')[0]);
  expect(promises.length).toBeGreaterThan(8);
  expect(bare).toEqual([]);
});
