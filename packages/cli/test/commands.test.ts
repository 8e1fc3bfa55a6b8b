// Goal: every command can be asked for its help, and the README lists them all. Method: each is loaded as the program
// loads it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { helpText } from '@mini-mesos/daemon';
import { expect, test } from 'vitest';
import { COMMANDS } from '../src/commands/registry.js';

test.each(COMMANDS.map(({ name }) => name))('%s has a summary, and examples of itself', async (name) => {
  const command = await COMMANDS.find((entry) => entry.name === name)?.load();
  expect(command?.name).toBe(name);
  expect(command?.examples.length).toBeGreaterThan(0);
  for (const example of command?.examples ?? []) expect(example).toMatch(new RegExp(`(^|\\s)mini-mesos ${name}( |$)`));
  const { summary = '', flags = {} } = command ?? {};
  expect(helpText(flags, { command: name, summary })).toContain(`Usage: ${name} [flags]`);
});

test('the README lists every command, in the order of --help', () => {
  const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');
  const listed = [...readme.matchAll(/^\| `([a-z ]+)` +\|.*`mini-mesos ([^`]*)` *\|$/gm)];
  expect(listed.map(([, name]) => name)).toEqual(COMMANDS.map(({ name }) => name));
  for (const [, name, example] of listed) expect(example).toMatch(new RegExp(`^${name}( |$)`));
});
