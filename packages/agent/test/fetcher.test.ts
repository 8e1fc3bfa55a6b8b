// Goal: what a command names is in its sandbox before it runs, and nothing else is touched. Method: real files, archives
// made by the system's tools, and a local HTTP server that misbehaves on demand.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CommandInfo } from '@mini-mesos/proto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Fetcher } from '../src/shell/fetcher/fetcher.js';
import { leavesSandbox } from '../src/shell/fetcher/unpack.js';
import { planFetch } from '../src/shell/fetcher/uri.js';
import { temporaryDirectory } from './support/launcher-world.js';

const directory = temporaryDirectory();
const files = `${directory}/files`;
let server: Server;
let base: string;
let sandbox: string;
let serial = 0;
const asked: string[] = [];

beforeAll(async () => {
  mkdirSync(`${files}/tree/inner`, { recursive: true });
  writeFileSync(`${files}/plain.txt`, 'plain\n');
  writeFileSync(`${files}/tree/inner/deep.txt`, 'deep\n');
  writeFileSync(`${files}/tree/run.sh`, '#!/bin/sh\necho ran\n');
  chmodSync(`${files}/tree/run.sh`, 0o755);
  const tar = (...args: string[]) => execFileSync('tar', ['-C', `${files}/tree`, ...args, 'inner', 'run.sh']);
  tar('-czf', `${files}/a.tar.gz`);
  tar('-czf', `${files}/a.tgz`);
  tar('-cf', `${files}/a.tar`);
  tar('-cjf', `${files}/a.tar.bz2`);
  tar('-cJf', `${files}/a.txz`);
  execFileSync('zip', ['-qr', `${files}/a.zip`, 'inner', 'run.sh'], { cwd: `${files}/tree` });
  execFileSync('gzip', ['-k', `${files}/plain.txt`]);
  execFileSync('tar', [
    '-C',
    `${files}/tree/inner`,
    '-cf',
    `${files}/evil.tar`,
    '--transform',
    's,^,../../,',
    'deep.txt',
  ]);
  symlinkSync('/etc', `${files}/tree/link`);
  execFileSync('zip', ['-qy', `${files}/link.zip`, 'link'], { cwd: `${files}/tree` });
  rmSync(`${files}/tree/link`);
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url === '/moved') response.writeHead(302, { location: '/plain.txt' }).end();
    else if (request.url === '/stall') response.writeHead(200, { 'content-length': '100' }).write('some');
    else if (request.url === '/slow') setTimeout(() => response.end('slow'), 100);
    else if (existsSync(files + request.url?.split('?')[0]))
      response.end(readFileSync(files + request.url?.split('?')[0]));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(directory, { recursive: true, force: true });
});
beforeEach(() => {
  sandbox = `${directory}/sandbox${(serial += 1)}`;
  mkdirSync(sandbox);
});

function fetchAll(
  uris: CommandInfo.URI[],
  options: { signal?: AbortSignal; user?: { name: string; uid: number; gid: number } } = {},
) {
  const fetcher = new Fetcher({ frameworksHome: files, stallTimeoutMs: 300 });
  const signal = options.signal ?? new AbortController().signal;
  return fetcher.fetch({ container: 'c1', sandbox, uris, runAs: options.user, signal });
}
const inSandbox = (name: string) => readFileSync(`${sandbox}/${name}`, 'utf8');

describe('a URI', () => {
  it.each([
    ['file:///F/plain.txt'],
    ['file://localhost/F/plain.txt'],
    ['/F/plain.txt'],
    ['plain.txt'],
    ['BASE/plain.txt'],
  ])('%s is fetched', async (uri) => {
    await fetchAll([{ value: uri.replace('/F', files).replace('BASE', base) }]);
    expect(inSandbox('plain.txt')).toBe('plain\n');
  });

  it('may be redirected, and named by its output file', async () => {
    await fetchAll([{ value: `${base}/moved`, output_file: 'sub/dir/there.txt' }]);
    expect(inSandbox('sub/dir/there.txt')).toBe('plain\n');
  });

  it('keeps its query in its name, which then names no archive', async () => {
    await fetchAll([{ value: `${base}/a.tar.gz?version=1` }]);
    expect(readdirSync(sandbox)).toEqual(['a.tar.gz?version=1']);
  });

  it('is made executable, and then not unpacked', async () => {
    await fetchAll([
      { value: `${base}/a.tar.gz`, executable: true },
      { value: `${files}/plain.txt`, executable: true },
    ]);
    expect(readdirSync(sandbox).sort()).toEqual(['a.tar.gz', 'plain.txt']);
    expect(statSync(`${sandbox}/plain.txt`).mode & 0o111).toBe(0o111);
  });

  it.each(['a.tar', 'a.tar.gz', 'a.tgz', 'a.tar.bz2', 'a.txz', 'a.zip'])('%s is unpacked, and stays', async (name) => {
    await fetchAll([{ value: `${base}/${name}` }]);
    expect(inSandbox('inner/deep.txt')).toBe('deep\n');
    expect(execFileSync(`${sandbox}/run.sh`).toString()).toBe('ran\n');
    expect(existsSync(`${sandbox}/${name}`)).toBe(true);
  });

  it('ending in .gz is unzipped', async () => {
    await fetchAll([{ value: `${base}/plain.txt.gz` }]);
    expect(inSandbox('plain.txt')).toBe('plain\n');
  });

  it('is left as it is without extract', async () => {
    await fetchAll([{ value: `${base}/a.zip`, extract: false }]);
    expect(readdirSync(sandbox)).toEqual(['a.zip']);
  });
});

describe('a fetch fails', () => {
  it.each([
    ['/does/not/exist', 'No such file or directory'],
    ['BASE/missing', 'the server answered 404'],
    ['BASE/stall', 'nothing came for 0.3 seconds'],
    ['http://127.0.0.1:1/x', 'ECONNREFUSED'],
    ['hdfs://x/y', 'nothing here fetches hdfs://'],
    ['BASE/', 'it names no file'],
    ['file://relative', "expected an absolute path after 'file://'"],
    ['/F/evil.tar', "its entry '../../deep.txt' would leave the sandbox"],
    ['/F/link.zip', "its link 'link' leads out of the sandbox"],
  ])('%s: %s', async (uri, reason) => {
    const value = uri.replace('/F', files).replace('BASE', base);
    const failure = fetchAll([{ value }]);
    await expect(failure).rejects.toThrow(/^Failed to fetch all URIs for container 'c1': /);
    await expect(failure).rejects.toThrow(reason);
    expect(existsSync(`${directory}/deep.txt`)).toBe(false);
  });

  it('where an output file would leave the sandbox, or two would be one', async () => {
    for (const output_file of ['../x', '/tmp/x', 'a/../../x']) {
      await expect(fetchAll([{ value: `${base}/plain.txt`, output_file }])).rejects.toThrow('does not stay inside');
    }
    const two = [{ value: `${base}/plain.txt` }, { value: `${files}/plain.txt` }];
    await expect(fetchAll(two)).rejects.toThrow("would both be 'plain.txt'");
  });

  it('and the other downloads are given up', async () => {
    const failure = fetchAll([{ value: `${base}/stall` }, { value: `${base}/missing` }]);
    const startMs = performance.now();
    await expect(failure).rejects.toThrow('404');
    expect(performance.now() - startMs).toBeLessThan(5_000);
  });

  it('when the container is destroyed meanwhile', async () => {
    const abort = new AbortController();
    const failure = fetchAll([{ value: `${base}/slow` }], { signal: abort.signal });
    abort.abort();
    await expect(failure).rejects.toThrow('Failed to fetch all URIs');
  });
});

it('fetches a bounded number at once', async () => {
  const fetcher = new Fetcher({ frameworksHome: '', stallTimeoutMs: 5_000 });
  const before = asked.length;
  const fetches = Array.from({ length: 20 }, (_, index) => {
    const place = `${sandbox}/${index}`;
    mkdirSync(place);
    const uris = [{ value: `${base}/slow` }];
    return fetcher.fetch({
      container: `c${index}`,
      sandbox: place,
      uris,
      runAs: undefined,
      signal: new AbortController().signal,
    });
  });
  await new Promise((resolve) => void setTimeout(resolve, 60));
  expect(asked.length - before).toBeLessThanOrEqual(8);
  await Promise.all(fetches);
  expect(fetcher.succeeded).toBe(20);
});

describe.runIf(process.getuid?.() === 0)('as root', () => {
  const nobody = { name: 'nobody', uid: 65534, gid: 65534 };

  it('reads files with the rights of the user of the task', async () => {
    chmodSync(directory, 0o755);
    writeFileSync(`${files}/secret`, 'x', { mode: 0o600 });
    chmodSync(sandbox, 0o777);
    await expect(fetchAll([{ value: `${files}/secret` }], { user: nobody })).rejects.toThrow('Permission denied');
  });

  it('gives that user what was fetched', async () => {
    chmodSync(sandbox, 0o777);
    await fetchAll([{ value: `${base}/a.zip` }, { value: `${base}/plain.txt`, output_file: 'sub/plain.txt' }], {
      user: nobody,
    });
    for (const name of ['a.zip', 'run.sh', 'inner', 'inner/deep.txt', 'sub', 'sub/plain.txt']) {
      expect([name, statSync(`${sandbox}/${name}`).uid]).toEqual([name, 65534]);
    }
  });
});

it('plans by the name', () => {
  expect(planFetch({ value: 'rel.txt' }, '')).toMatchObject({ ok: false });
  expect(planFetch({ value: 'http://h/a.tar.gz', output_file: 'b.bin' }, '')).toMatchObject({
    plan: { unpacking: undefined },
  });
  expect(planFetch({ value: 'http://h/a', output_file: 'b.zip' }, '')).toMatchObject({ plan: { unpacking: 'zip' } });
  expect(['a/b', './a', 'a/../b'].map(leavesSandbox)).toEqual([false, false, false]);
  expect(['..', '../a', '/a', 'a/../../b', 'a\0'].map(leavesSandbox)).toEqual([true, true, true, true, true]);
});
