// Goal: calls and event streams over real sockets. Method: a plain HTTP server that answers as a master does.
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { encodeRecord, openStream, post, toJsonText } from '@mini-mesos/wire';

const CALL = 'mesos.v1.scheduler.Call';
const EVENT = 'mesos.v1.scheduler.Event';
let server: Server | undefined;

async function serve(listener: RequestListener): Promise<string> {
  const started = createServer(listener).listen(0, '127.0.0.1');
  server = started;
  await new Promise((resolve) => started.once('listening', resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}/`;
}

afterEach(() => server?.closeAllConnections());

const subscribe = { type: 'SUBSCRIBE', subscribe: { framework_info: { user: 'u', name: 'n' } } } as const;
const open = (url: string) => openStream(EVENT, { url, name: CALL, message: subscribe, mediaType: 'application/json' });

test('a call gets status, headers and body', async () => {
  const url = await serve((_, response) => response.writeHead(400, { 'x-y': 'z' }).end('no'));
  const answer = await post({ url, name: CALL, message: subscribe, mediaType: 'application/x-protobuf' });
  expect([answer.status, answer.headers['x-y'], answer.body.toString()]).toEqual([400, 'z', 'no']);
});

test('events come one by one until the server ends the stream', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write(encodeRecord(toJsonText(EVENT, { type: 'HEARTBEAT' })));
    response.end(encodeRecord(toJsonText(EVENT, { type: 'ERROR', error: { message: 'm' } })));
  });
  const opened = await open(url);
  if (!opened.ok) throw new Error('refused');
  const events = [];
  for await (const event of opened.stream) events.push(event);
  expect(events).toEqual([{ type: 'HEARTBEAT' }, { type: 'ERROR', error: { message: 'm' } }]);
});

test('a refusal is an answer, a cut inside a record an error', async () => {
  const refused = await open(await serve((_, response) => response.writeHead(503).end('later')));
  expect(refused.ok ? '' : refused.answer.body.toString()).toBe('later');
  const cut = await open(await serve((_, response) => response.writeHead(200).end('30\n{"type"')));
  if (!cut.ok) throw new Error('refused');
  await expect(cut.stream[Symbol.asyncIterator]().next()).rejects.toThrow('inside a record');
});

test('closing from our side ends the iteration', async () => {
  const url = await serve((_, response) => response.writeHead(200).flushHeaders());
  const opened = await open(url);
  if (!opened.ok) throw new Error('refused');
  const iterator = opened.stream[Symbol.asyncIterator]();
  const next = iterator.next().catch((error: unknown) => error);
  opened.stream.close();
  expect(await next).toBeDefined();
});
