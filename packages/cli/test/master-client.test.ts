// Goal: a client ends up with the master that leads, and says in words what went wrong. Method: real HTTP servers of
// this process that answer as masters do.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { AgentFiles } from '../src/master-api/agent-files.js';
import { MasterClient } from '../src/master-api/master-client.js';

const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

async function serve(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const connect = (master: string, rest: { principal?: string; secret?: string } = {}): Promise<MasterClient> =>
  MasterClient.connect({ master, signal: new AbortController().signal, ...rest });

test('a master that does not lead sends to the one that does, with body and authentication', async () => {
  const seen: string[] = [];
  const leader = await serve((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      seen.push(
        `${request.method} ${request.url} ${request.headers.authorization} ${Buffer.concat(chunks).toString()}`,
      );
      response.end('{}');
    });
  });
  const follower = await serve((request, response) => {
    response.writeHead(307, { location: `//${leader}${request.url}` }).end();
  });
  const client = await connect(follower, { principal: 'me', secret: 'pw' });
  const answer = await client.call({ method: 'POST', path: '/teardown', body: 'frameworkId=x' });
  expect(answer.status).toBe(200);
  expect(client.address).toBe(leader);
  expect(seen).toEqual([`POST /teardown Basic ${Buffer.from('me:pw').toString('base64')} frameworkId=x`]);
});

test('masters that point at each other are given up', async () => {
  const address = await serve((request, response) => {
    response.writeHead(307, { location: `//${request.headers.host}${request.url}` }).end();
  });
  await expect((await connect(address)).read('/state')).rejects.toThrow(/does not lead and names no other/);
});

test('nobody there: what to do', async () => {
  const address = await serve(() => undefined);
  closers.splice(0).forEach((close) => close());
  await expect((await connect(address)).read('/state')).rejects.toThrow(
    `cannot reach the master at ${address} (connection refused): start one with mini-mesos local`,
  );
});

test('a refusal is passed on with its text', async () => {
  const address = await serve((_, response) => response.writeHead(403).end('not yours\n'));
  await expect((await connect(address)).read('/state?x=1')).rejects.toThrow(
    'GET /state was answered with 403: not yours',
  );
});

test('something that is no master is recognised', async () => {
  const address = await serve((_, response) => response.end('<html>'));
  await expect((await connect(address)).read('/state')).rejects.toThrow(/is it a master\?/);
});

test('an interrupted request ends at once', async () => {
  const address = await serve(() => undefined);
  const interruption = new AbortController();
  const client = await MasterClient.connect({ master: address, signal: interruption.signal });
  const read = client.read('/state');
  interruption.abort();
  await expect(read).rejects.toMatchObject({ name: 'AbortError' });
});

test('files are read in ranges, byte for byte, with what a range cannot give', async () => {
  const content = Buffer.from([0, 255, 10, 13, 128]);
  const address = await serve((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    if (pathname !== '/agents/S0/files/download' || searchParams.get('path') !== '/a b/stdout') {
      response.writeHead(404).end();
      return;
    }
    const start = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1]);
    if (start >= content.length) response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
    else
      response.writeHead(206, { 'content-range': `bytes ${start}-4/${content.length}` }).end(content.subarray(start));
  });
  const files = new AgentFiles(await connect(address), 'S0');
  expect(await files.read('/a b/stdout', 1)).toEqual({ bytes: content.subarray(1), size: 5 });
  expect(await files.read('/a b/stdout', 5)).toEqual({ bytes: Buffer.alloc(0), size: 5 });
  expect(await files.read('/other', 0)).toBeUndefined();
});
