// Goal: an address can be kept and given to somebody else. Method: examples, and any ids there and back.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { agentHref, sandboxHref, safeUrl, taskHref, tasksHref } from '../src/core/links.js';
import { parseRoute, routeTo, withQuery } from '../src/core/route.js';
import { taskKey } from '../src/core/rows.js';

test('the address of a page has its path and its query', () => {
  const route = parseRoute('#/tasks?state=TASK_FAILED&q=role%3Adev%20x');
  expect(route.path).toEqual(['tasks']);
  expect(Object.fromEntries(route.query)).toEqual({ state: 'TASK_FAILED', q: 'role:dev x' });
});

test.each(['', '#', '#/'])('%j is the overview', (hash) => expect(parseRoute(hash).path).toEqual([]));

test('what cannot be decoded is taken as it stands', () =>
  expect(parseRoute('#/agents/%zz').path).toEqual(['agents', '%zz']));

test('entries without a value are left out', () => {
  expect(withQuery(parseRoute('#/tasks?q=a&sort=-cpus'), { q: '', group: 'active' })).toBe(
    '#/tasks?sort=-cpus&group=active',
  );
});

test('property: any path and query is found again', () => {
  const segment = fc.string({ unit: 'grapheme', minLength: 1 });
  const query = fc.dictionary(fc.constantFrom('q', 'dir', 'file'), fc.string({ unit: 'grapheme', minLength: 1 }));
  fc.assert(
    fc.property(fc.array(segment), query, (path, entries) => {
      const route = parseRoute(routeTo(path, entries));
      expect(route.path).toEqual(path);
      expect(Object.fromEntries(route.query)).toEqual({ ...entries });
    }),
  );
});

test('links lead to the pages of what they name', () => {
  const key = taskKey('f-0001', 'a b.c', 2);
  expect(taskHref({ key })).toBe('#/tasks/f-0001/a%20b.c?run=2');
  expect(sandboxHref({ key: taskKey('f', 't') }, { file: 'logs/stdout' })).toBe(
    '#/tasks/f/t/sandbox?file=logs%2Fstdout',
  );
  expect(agentHref('x-S0')).toBe('#/agents/x-S0');
  expect(tasksHref({ framework: 'f', state: 'TASK_LOST' })).toBe('#/tasks?framework=f&state=TASK_LOST');
});

test.each([
  ['http://h:4040/', 'http://h:4040/'],
  ['HTTPS://h', 'HTTPS://h'],
  ['javascript:alert(1)', undefined],
  ['', undefined],
  [undefined, undefined],
])('a framework that says its page is %j is linked to as %j', (url, safe) => expect(safeUrl(url)).toBe(safe));
