// Goal: a few letters lead anywhere, the likeliest first. Method: examples.
import { expect, test } from 'vitest';
import { find, FOUND_MAX } from '../src/core/finder.js';
import { agent, framework, task } from './support/rows.js';

const among = {
  agents: [agent({ id: 'x-S0', hostname: 'node-1' })],
  frameworks: [framework({ id: 'f1', name: 'webapps' })],
  tasks: [task({ id: 'my-web' }), task({ id: 'web' }), task({ id: 'web-2' })],
};
const labels = (text: string) => find(text, among).map(({ kind, label }) => `${kind} ${label}`);

test('the same name is first, then names that begin so, then names that hold it', () => {
  expect(labels('web')).toEqual(['task web', 'framework webapps', 'task web-2', 'task my-web']);
});

test('ids are found too', () => expect(labels('X-s0')).toEqual(['agent node-1']));

test('without letters there are the pages', () =>
  expect(labels('').slice(0, 2)).toEqual(['page Overview', 'page Roles']));

test('a screen of results is enough', () => {
  const tasks = Array.from({ length: 50 }, (_, index) => task({ id: `t-${index}` }));
  expect(find('t-', { ...among, tasks })).toHaveLength(FOUND_MAX);
});
