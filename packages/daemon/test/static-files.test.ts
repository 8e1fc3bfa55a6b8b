// Goal: the web UI's files: types, caching, the fallback for pages, and nothing from outside. Method: a directory with
// links that lead out of it.
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFront } from '@mini-mesos/daemon';
import type { Front, InjectedRequest } from '@mini-mesos/daemon';

let base: string;
let front: Front;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'static-'));
  const ui = join(base, 'ui');
  await mkdir(join(ui, 'assets'), { recursive: true });
  await mkdir(join(base, 'ui-other'));
  await writeFile(join(ui, 'index.html'), '<html>');
  await writeFile(join(ui, 'favicon.ico'), 'icon');
  await writeFile(join(ui, 'web-interface.js'), 'js');
  await writeFile(join(ui, 'assets', 'index-B7x9aQ2c.js'), 'x'.repeat(5000));
  await writeFile(join(ui, '.env'), 'secret');
  await writeFile(join(base, 'secret.txt'), 'secret');
  await writeFile(join(base, 'ui-other', 'secret.txt'), 'secret');
  await symlink(join(base, 'secret.txt'), join(ui, 'leak.txt'));
  await symlink(join(base, 'ui-other'), join(ui, 'leak'));
  front = createFront({ processId: 'master' });
  front.get('/state', () => ({ status: 200, json: {} }));
  front.static('/', ui, { fallback: 'index.html' });
  front.static('/gone', join(base, 'missing'));
});
afterAll(() => rm(base, { recursive: true }));

const ask = (path: string, rest: Partial<InjectedRequest> = {}) => front.inject({ path, ...rest });

describe('types and caching', () => {
  test.each([
    ['/', 'text/html; charset=utf-8', 'no-cache'],
    ['/index.html', 'text/html; charset=utf-8', 'no-cache'],
    ['/master/', 'text/html; charset=utf-8', 'no-cache'],
    ['/favicon.ico', 'image/vnd.microsoft.icon', 'no-cache'],
    ['/web-interface.js', 'text/javascript; charset=utf-8', 'no-cache'],
    ['/assets/index-B7x9aQ2c.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
  ])('%s is %s, %s', async (path, type, cache) => {
    const { status, headers } = await ask(path);
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([200, type, cache]);
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  test('a file that the browser has is not sent again', async () => {
    const { headers } = await ask('/');
    const again = await ask('/', { headers: { 'If-None-Match': headers['etag'] } });
    expect([again.status, again.body.length, again.headers['etag']]).toEqual([304, 0, headers['etag']]);
  });

  test('scripts are zipped, HEAD has no body', async () => {
    const zipped = await ask('/assets/index-B7x9aQ2c.js', { headers: { 'accept-encoding': 'gzip' } });
    expect([zipped.headers['content-encoding'], zipped.body.length < 500]).toEqual(['gzip', true]);
    const head = await ask('/assets/index-B7x9aQ2c.js', { method: 'HEAD' });
    expect([head.headers['content-length'], head.body.length]).toEqual(['5000', 0]);
  });
});

describe('paths without a file', () => {
  const navigation = { headers: { accept: 'text/html,application/xhtml+xml' } };

  test('are the page for browsers that navigate, and 404 for all others', async () => {
    expect((await ask('/frameworks-page', navigation)).body.toString()).toBe('<html>');
    expect((await ask('/frameworks-page')).body.toString()).toBe('404 Not Found.');
    expect((await ask('/frameworks-page', { headers: { accept: '*/*' } })).status).toBe(404);
  });

  test('routes come first, and a missing directory holds nothing', async () => {
    expect((await ask('/state', navigation)).body.toString()).toBe('{}');
    expect((await ask('/gone/x')).status).toBe(404);
  });

  test('other methods find nothing', async () => {
    expect((await ask('/index.html', { method: 'POST' })).status).toBe(404);
  });
});

test.each([
  '/../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/assets/..%2f..%2fsecret.txt',
  '/leak.txt',
  '/leak/secret.txt',
  '/.env',
  '/assets',
  '/assets/',
  '/index.html/x',
  `/${'x'.repeat(300)}`,
])('%s leads nowhere', async (path) => {
  const { status, body } = await ask(path);
  expect([status, body.toString()]).toEqual([404, '404 Not Found.']);
});
