// Goal: /files answers as Mesos does: bodies, texts and statuses. Method: injected requests; literals are those of the
// recordings and of Mesos' own files_tests.cpp.
import { mkdir, mkdtemp, rm, utimes, writeFile, chmod } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFront, FilesService, registerFiles } from '@mini-mesos/daemon';

let base: string;
const files = new FilesService();
const front = createFront({ processId: 'slave(1)' });

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'files-'));
  await mkdir(join(base, 'one', '2'), { recursive: true });
  await writeFile(join(base, 'one', 'stdout'), 'started\n');
  await chmod(join(base, 'one', 'stdout'), 0o644);
  await utimes(join(base, 'one', 'stdout'), 1_795_175_504, 1_795_175_504);
  await writeFile(join(base, 'one', 'page.html'), '<html>');
  await writeFile(join(base, 'one', 'empty'), '');
  await writeFile(join(base, 'one', 'größe "1".txt'), 'x');
  await writeFile(join(base, 'one', 'umlauts'), 'aä€😀'.repeat(10));
  await files.attach(join(base, 'one'), '/one');
  await files.attach(join(base, 'one', 'stdout'), '/log');
  registerFiles(front, files);
});
afterAll(() => rm(base, { recursive: true }));

async function ask(path: string, headers = {}) {
  const answer = await front.inject({ path, headers });
  return { status: answer.status, headers: answer.headers, body: answer.body.toString() };
}

describe('read', () => {
  test.each([
    ['', 400, "Expecting 'path=value' in query.\n"],
    ['?path=', 400, "Expecting 'path=value' in query.\n"],
    ['?path=none&offset=hello', 400, "Failed to parse offset: Failed to convert 'hello' to number.\n"],
    ['?path=none&length=hello', 400, "Failed to parse length: Failed to convert 'hello' to number.\n"],
    ['?path=/log&length=-2', 400, 'Negative length provided: -2.\n'],
    ['?path=/log&offset=-2', 400, 'Negative offset provided: -2.\n'],
    ['?path=missing', 404, ''],
    ['?path=/one/2', 400, 'Cannot read a directory.\n'],
    ['?path=/one', 400, 'Cannot read a directory.\n'],
  ])('%s is %d', async (query, status, body) => {
    const answer = await ask(`/files/read${query}`);
    expect([answer.status, answer.body]).toEqual([status, body]);
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
  });

  test.each([
    ['?path=/log&offset=0', '{"data":"started\\n","offset":0}'],
    ['?path=%2Fone%2Fstdout&offset=2', '{"data":"arted\\n","offset":2}'],
    ['?path=/log&offset=0&length=2', '{"data":"st","offset":0}'],
    ['?path=/log&offset=0&length=-1', '{"data":"started\\n","offset":0}'],
    ['?path=/log', '{"data":"","offset":8}'],
    ['?path=/log&offset=-1', '{"data":"","offset":8}'],
    ['?path=/log&offset=-1&length=5', '{"data":"","offset":8}'],
    ['?path=/log&offset=100', '{"data":"","offset":100}'],
  ])('%s is %s', async (query, body) => {
    const answer = await ask(`/files/read${query}`);
    expect([answer.status, answer.headers['content-type'], answer.body]).toEqual([200, 'application/json', body]);
  });

  test('whoever goes on after what it got sees every character, wherever the pieces are cut', async () => {
    for (const length of [4, 5, 6, 7, 64]) {
      let offset = 0;
      let text = '';
      for (;;) {
        const { body } = await ask(`/files/read?path=/one/umlauts&offset=${offset}&length=${length}`);
        const { data } = JSON.parse(body) as { data: string };
        if (data === '') break;
        text += data;
        offset += Buffer.byteLength(data);
      }
      expect(text).toBe('aä€😀'.repeat(10));
    }
  });

  test('a piece too short for one character still goes on', async () => {
    const { body } = await ask('/files/read?path=/one/umlauts&offset=1&length=1');
    expect(JSON.parse(body)).toEqual({ data: '\ufffd', offset: 1 });
  });

  test('JSONP and the old name', async () => {
    const answer = await ask('/files/read.json?path=/log&jsonp=cb');
    expect([answer.headers['content-type'], answer.body]).toEqual(['text/javascript', 'cb({"data":"","offset":8})']);
  });
});

describe('browse', () => {
  test('lists files with their keys in the order of the alphabet', async () => {
    const { status, body } = await ask('/files/browse?path=/one/');
    const list = JSON.parse(body) as { path: string }[];
    expect(status).toBe(200);
    expect(list.map(({ path }) => path)).toEqual(list.map(({ path }) => path).toSorted());
    const stdout = list.find(({ path }) => path === '/one/stdout');
    expect(Object.entries(stdout ?? {})).toEqual([
      ['gid', expect.any(String)],
      ['mode', '-rw-r--r--'],
      ['mtime', 1_795_175_504],
      ['nlink', 1],
      ['path', '/one/stdout'],
      ['size', 8],
      ['uid', userInfo().username],
    ]);
    expect(list.find(({ path }) => path === '/one/2')).toMatchObject({ mode: expect.stringMatching(/^drwx/) });
  });

  test.each([
    ['', 400, "Expecting 'path=value' in query.\n"],
    ['?path=/one/2', 200, '[]'],
    ['?path=missing', 404, ''],
    ['?path=/one/nope', 404, ''],
  ])('%s is %d', async (query, status, body) => {
    const answer = await ask(`/files/browse${query}`);
    expect([answer.status, answer.body]).toEqual([status, body]);
  });
});

describe('download', () => {
  test('whole, as an attachment', async () => {
    expect(await ask('/files/download?path=/one/stdout')).toEqual({
      status: 200,
      headers: {
        'accept-ranges': 'bytes',
        'content-disposition': 'attachment; filename=stdout',
        'content-length': '8',
        'content-type': 'application/octet-stream',
        'x-content-type-options': 'nosniff',
      },
      body: 'started\n',
    });
  });

  test.each([
    ['bytes=0-3', 206, 'star', 'bytes 0-3/8'],
    ['bytes=4-', 206, 'ted\n', 'bytes 4-7/8'],
    ['bytes=-2', 206, 'd\n', 'bytes 6-7/8'],
    ['bytes=-100', 206, 'started\n', 'bytes 0-7/8'],
    ['bytes=6-100', 206, 'd\n', 'bytes 6-7/8'],
    ['bytes=8-', 416, 'The file holds 8 bytes.\n', 'bytes */8'],
    ['bytes=-0', 416, 'The file holds 8 bytes.\n', 'bytes */8'],
    ['bytes=0-1,3-4', 200, 'started\n', undefined],
    ['bytes=5-2', 200, 'started\n', undefined],
    ['lines=1-2', 200, 'started\n', undefined],
    ['bytes=-', 200, 'started\n', undefined],
  ])('the range %s is %d', async (range, status, body, contentRange) => {
    const answer = await ask('/files/download?path=/log', { Range: range });
    expect([answer.status, answer.body, answer.headers['content-range']]).toEqual([status, body, contentRange]);
  });

  test.each([
    ['/one/page.html', 'text/html', 'attachment; filename=page.html'],
    ['/one/empty', 'application/octet-stream', 'attachment; filename=empty'],
    [
      '/one/größe "1".txt',
      'text/plain',
      `attachment; filename="gr__e _1_.txt"; filename*=UTF-8''gr%C3%B6%C3%9Fe%20%221%22.txt`,
    ],
  ])('%s is %s', async (path, type, disposition) => {
    const { status, headers } = await ask(`/files/download?path=${encodeURIComponent(path)}`);
    expect([status, headers['content-type'], headers['content-disposition']]).toEqual([200, type, disposition]);
  });

  test.each([
    ['', 400, "Expecting 'path=value' in query.\n"],
    ['?path=missing', 404, '404 Not Found.'],
    ['?path=/one', 400, 'Cannot download a directory.\n'],
    ['?path=/one/../../no-such-file-of-mini-mesos', 404, '404 Not Found.'],
  ])('%s is %d', async (query, status, body) => {
    const answer = await ask(`/files/download${query}`);
    expect([answer.status, answer.body]).toEqual([status, body]);
  });

  test('HEAD tells the length', async () => {
    const { headers, body } = await front.inject({ method: 'HEAD', path: '/files/download?path=/log' });
    expect([headers['content-length'], body.length]).toEqual(['8', 0]);
  });
});

test('debug shows what is attached', async () => {
  expect(JSON.parse((await ask('/files/debug')).body)).toEqual({
    '/log': join(base, 'one', 'stdout'),
    '/one': join(base, 'one'),
  });
});
