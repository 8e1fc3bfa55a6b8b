// Goal: files under virtual paths, and nothing outside of what was attached. Method: a real directory with links that
// lead out of it, as a task could make them.
import { execFileSync } from 'node:child_process';
import { appendFile, chmod, mkdir, mkdtemp, open, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FilesService } from '@mini-mesos/daemon';
import { leadsWithin } from '../src/files/files-service.js';

let base: string;
let sandbox: string;
let files: FilesService;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'files-'));
  sandbox = join(base, 'sandbox');
  await mkdir(join(sandbox, 'dir', 'empty'), { recursive: true });
  await mkdir(join(base, 'sandbox-other'));
  await writeFile(join(sandbox, 'stdout'), 'started\n');
  await chmod(join(sandbox, 'stdout'), 0o644);
  await utimes(join(sandbox, 'stdout'), 1_795_175_504.9, 1_795_175_504.9);
  await writeFile(join(sandbox, 'large'), Buffer.alloc(100_000, 'x'));
  await writeFile(join(sandbox, 'dir', 'inner'), 'inner');
  await writeFile(join(sandbox, 'foo%3Abar'), 'literal');
  await writeFile(join(base, 'secret'), 'secret');
  await writeFile(join(base, 'sandbox-other', 'secret'), 'secret');
  await symlink(join(base, 'secret'), join(sandbox, 'leak'));
  await symlink(join(sandbox, 'dir', 'inner'), join(sandbox, 'inside'));
  await symlink('/nowhere', join(sandbox, 'broken'));
  execFileSync('mkfifo', [join(sandbox, 'pipe')]);
  files = new FilesService();
  await files.attach(sandbox, '/sandbox');
  await files.attach(sandbox, 'relative/');
  await files.attach(join(sandbox, 'dir'), '/sandbox/deeper');
  await files.attach(join(sandbox, 'stdout'), '/log');
});
afterAll(() => rm(base, { recursive: true }));

const readText = async (path: string, range: { offset?: number; length?: number } = {}) => {
  const got = await files.read({ path, offset: 0, ...range });
  return got.ok ? { size: got.value.size, data: got.value.data.toString() } : got.error;
};

describe('attaching', () => {
  test('tells why it cannot', async () => {
    const attached = await files.attach(join(base, 'missing'), '/x');
    expect(attached).toEqual({
      ok: false,
      error: expect.stringContaining(`cannot attach ${base}/missing as /x: ENOENT`),
    });
  });

  test('replaces, and is undone without complaint', async () => {
    const service = new FilesService();
    await service.attach(join(sandbox, 'stdout'), '/f');
    await service.attach(join(sandbox, 'large'), '/f/');
    expect([...service.attached()]).toEqual([['/f', join(sandbox, 'large')]]);
    service.detach('/f/');
    service.detach('/f');
    expect(service.attached().size).toBe(0);
    expect(await service.read({ path: '/f', offset: 0 })).toMatchObject({ ok: false, error: { kind: 'not-found' } });
  });

  test('follows a link once: what was attached stays attached when the link moves on', async () => {
    const service = new FilesService();
    const link = join(base, 'latest');
    await symlink(sandbox, link);
    await service.attach(link, '/latest');
    await rename(link, join(base, 'moved'));
    expect((await service.read({ path: '/latest/stdout', offset: 0 })).ok).toBe(true);
  });
});

describe('reading', () => {
  test.each([
    ['/sandbox/stdout', {}, { size: 8, data: 'started\n' }],
    ['/log', {}, { size: 8, data: 'started\n' }],
    ['/log/', {}, { size: 8, data: 'started\n' }],
    ['relative/stdout', {}, { size: 8, data: 'started\n' }],
    ['/sandbox/deeper/inner', {}, { size: 5, data: 'inner' }],
    ['/sandbox/inside', {}, { size: 5, data: 'inner' }],
    ['/sandbox//dir/./inner', {}, { size: 5, data: 'inner' }],
    ['/sandbox/foo%3Abar', {}, { size: 7, data: 'literal' }],
    ['/log', { offset: 3 }, { size: 8, data: 'rted\n' }],
    ['/log', { offset: 3, length: 2 }, { size: 8, data: 'rt' }],
    ['/log', { length: 0 }, { size: 8, data: '' }],
    ['/log', { offset: 8 }, { size: 8, data: '' }],
    ['/log', { offset: 1000 }, { size: 8, data: '' }],
  ])('%s %j', async (path, range, expected) => {
    expect(await readText(path, range)).toEqual(expected);
  });

  test.each([undefined, 100_000])('gives at most 64 KiB for a length of %s', async (length) => {
    const got = await files.read({ path: '/sandbox/large', offset: 10, length });
    expect(got.ok && [got.value.size, got.value.data.length]).toEqual([100_000, 65_536]);
  });

  test('a file that grows is read on', async () => {
    await writeFile(join(sandbox, 'growing'), 'one');
    await appendFile(join(sandbox, 'growing'), 'two');
    expect(await readText('/sandbox/growing', { offset: 3 })).toEqual({ size: 6, data: 'two' });
  });
});

describe('refusals', () => {
  test.each([
    ['/nope', 'not-found', ''],
    ['sandbox/stdout', 'not-found', ''],
    ['/sandbox/nope', 'not-found', ''],
    ['/sandbox/stdout/x', 'not-found', ''],
    ['/log/x', 'not-found', ''],
    ['/sandbox/broken', 'not-found', ''],
    ['/sandbox/../../../../../../../../../../../../nowhere', 'not-found', ''],
    ['/sandbox', 'invalid', 'Cannot read a directory.\n'],
    ['/sandbox/dir/', 'invalid', 'Cannot read a directory.\n'],
    ['/sandbox/pipe', 'invalid', "'pipe' is not a regular file.\n"],
  ])('%s is %s', async (path, kind, message) => {
    expect(await readText(path)).toEqual({ kind, message });
  });

  test.each(['/sandbox/../secret', '/sandbox/leak', '/sandbox/../sandbox-other/secret', '/sandbox/dir/../../secret'])(
    '%s leads outside',
    async (path) => {
      const real = `${sandbox}${path.slice('/sandbox'.length)}`;
      expect(await readText(path)).toEqual({ kind: 'invalid', message: `'${real}' is inaccessible.\n` });
      expect(await files.browse(path)).toMatchObject({ ok: false, error: { kind: 'invalid' } });
    },
  );

  test('a path longer than any file has is not looked up', async () => {
    expect(await readText(`/sandbox${'/x'.repeat(1_000_000)}`)).toEqual({ kind: 'not-found', message: '' });
  });

  test('a principal that may not see the path', async () => {
    const service = new FilesService();
    await service.attach(sandbox, '/sandbox', { authorized: (principal) => Promise.resolve(principal === 'ops') });
    const range = { path: '/sandbox/stdout', offset: 0 };
    expect(await service.read(range)).toEqual({ ok: false, error: { kind: 'unauthorized', message: '' } });
    expect((await service.read(range, 'ops')).ok).toBe(true);
    expect(await service.browse('/sandbox', 'other')).toMatchObject({ ok: false, error: { kind: 'unauthorized' } });
  });
});

test('what was opened counts, not what the path named before: a link put in place meanwhile leads nowhere', async () => {
  const inside = await open(join(sandbox, 'stdout'));
  const outside = await open(join(base, 'secret'));
  expect([await leadsWithin(sandbox, inside), await leadsWithin(sandbox, outside)]).toEqual([true, false]);
  await Promise.all([inside.close(), outside.close()]);
});

describe('browsing', () => {
  test('shows what ls -l shows, sorted by name', async () => {
    const listed = await files.browse('/sandbox');
    const infos = listed.ok ? listed.value : [];
    expect(infos.map(({ path }) => path)).toEqual(
      ['dir', 'foo%3Abar', 'growing', 'inside', 'large', 'leak', 'pipe', 'stdout'].map((name) => `/sandbox/${name}`),
    );
    expect(infos.at(-1)).toEqual({
      path: '/sandbox/stdout',
      nlink: 1,
      size: 8,
      mtime: { nanoseconds: 1_795_175_504_000_000_000 },
      mode: 0o100644,
      uid: userInfo().username,
      gid: execFileSync('id', ['-gn']).toString().trim(),
    });
  });

  test('a link that leads outside is shown as a link: neither size nor times of what it names', async () => {
    const listed = await files.browse('/sandbox');
    const leak = listed.ok ? listed.value.find(({ path }) => path.endsWith('leak')) : undefined;
    expect([(leak?.mode ?? 0) & 0o170000, leak?.size]).toEqual([0o120000, join(base, 'secret').length]);
  });

  test.each([
    ['/sandbox/dir/empty', []],
    ['/log', []],
    ['/sandbox/dir/', ['/sandbox/dir/empty', '/sandbox/dir/inner']],
    ['relative', expect.arrayContaining(['relative/stdout'])],
  ])('%s holds %j', async (path, paths) => {
    const listed = await files.browse(path);
    expect(listed.ok && listed.value.map((info) => info.path)).toEqual(paths);
  });

  test('a listing is bounded: the first of the names are given', async () => {
    // The first name, `broken`, is a link to nothing.
    const service = new FilesService({ browseEntriesMax: 3 });
    await service.attach(sandbox, '/s');
    const listed = await service.browse('/s');
    expect(listed.ok && listed.value.map(({ path }) => path)).toEqual(['/s/dir', '/s/foo%3Abar']);
  });

  test('a missing directory', async () => {
    expect(await files.browse('/sandbox/nope')).toEqual({ ok: false, error: { kind: 'not-found', message: '' } });
  });
});
