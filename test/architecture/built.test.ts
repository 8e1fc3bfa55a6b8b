// Goal: what is published loads. Method: every built package is imported by plain Node, as a user's program would:
// tests run on the sources, so only this sees what the compiler made of them.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const home = join(import.meta.dirname, '..', '..');
const packages = readdirSync(join(home, 'packages')).filter(
  (name) => name !== 'web-ui' && existsSync(join(home, 'packages', name, 'dist', 'index.js')),
);

test('there are built packages', () => {
  expect(packages.length).toBeGreaterThan(5);
});

test.each(packages)('%s loads', (name) => {
  const program = `console.log(Object.keys(await import('@mini-mesos/${name}')).length)`;
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: join(home, 'packages', name),
    encoding: 'utf8',
  });
  expect(Number(out)).toBeGreaterThan(0);
});
