// Goal: requests without a socket, as the master tunnels them to agents. Method: whole answers, streams and files.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFront } from '@mini-mesos/daemon';
import type { EventStream, StreamEnd } from '@mini-mesos/daemon';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'injection-'));
});
afterAll(() => rm(directory, { recursive: true }));

function subscribable() {
  const front = createFront({ processId: 'slave(1)' });
  const ends: StreamEnd[] = [];
  let opened: EventStream | undefined;
  front.post('/api/v1', (request) => {
    opened = request.openEventStream({
      status: 200,
      headers: { 'content-type': 'application/json' },
      onClose: (reason) => void ends.push(reason),
    });
    opened.write(Buffer.from(request.body));
    return opened;
  });
  return { front, ends, stream: () => opened as EventStream };
}

const subscription = { method: 'POST', path: '/slave(1)/api/v1', body: 'one' };

test('a request carries its method, headers, body and address', async () => {
  const front = createFront({ processId: 'slave(1)' });
  front.put('/x', ({ method, headers, body, remoteAddress }) => ({
    status: 201,
    json: { method, type: headers['content-type'], body: body.toString(), remoteAddress },
  }));
  const answer = await front.inject({
    method: 'PUT',
    path: '/x',
    headers: { 'Content-Type': 'text/x' },
    body: 'b',
    remoteAddress: '10.0.0.1',
  });
  expect([answer.status, JSON.parse(answer.body.toString())]).toEqual([
    201,
    { method: 'PUT', type: 'text/x', body: 'b', remoteAddress: '10.0.0.1' },
  ]);
});

test('a stream of events comes record by record, until it is closed', async () => {
  const { front, ends, stream } = subscribable();
  const { status, headers, chunks } = await front.injectStream(subscription);
  expect([status, headers, front.openStreams]).toEqual([200, { 'content-type': 'application/json' }, 1]);
  const seen: string[] = [];
  for await (const chunk of chunks) {
    seen.push(chunk.toString());
    if (seen.length === 1) setImmediate(() => stream().write(Buffer.from('two')));
    if (seen.length === 2) stream().close();
  }
  expect([seen, ends, front.openStreams]).toEqual([['one', 'two'], ['closed'], 0]);
});

test('whoever stops reading, or aborts, is a peer that left', async () => {
  const stopping = subscribable();
  for await (const _ of (await stopping.front.injectStream(subscription)).chunks) break;
  await Promise.resolve();
  const aborting = subscribable();
  const abort = new AbortController();
  const { chunks } = await aborting.front.injectStream({ ...subscription, signal: abort.signal });
  abort.abort();
  const seen: Buffer[] = [];
  for await (const chunk of chunks) seen.push(chunk);
  expect([stopping.ends, aborting.ends, seen.length]).toEqual([['peer'], ['peer'], 1]);
});

test('closing the front ends injected streams', async () => {
  const { front, ends } = subscribable();
  const { chunks } = await front.injectStream(subscription);
  await front.close();
  for await (const chunk of chunks) expect(chunk.toString()).toBe('one');
  expect(ends).toEqual(['front']);
});

test('a large file comes in pieces, and its length is told', async () => {
  await writeFile(join(directory, 'large.bin'), Buffer.alloc(3_000_000, 1));
  const front = createFront({ processId: 'slave(1)' });
  front.static('/', directory);
  const { headers, chunks } = await front.injectStream({ path: '/large.bin' });
  let bytes = 0;
  let pieces = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    pieces += 1;
  }
  expect([headers['content-length'], bytes, pieces > 1]).toEqual(['3000000', 3_000_000, true]);
});

test('an answer too large to be held is a 500 that says so', async () => {
  const front = createFront({ processId: 'slave(1)' });
  front.get('/x', () => ({ status: 200, body: Buffer.alloc(64 * 1024 * 1024 + 1) }));
  const { status, body } = await front.inject({ path: '/x' });
  expect([status, body.toString()]).toEqual([500, 'The answer of /x is larger than 67108864 bytes.']);
});
