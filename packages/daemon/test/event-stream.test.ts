// Goal: streams of events as clients in use need them: one record per chunk, at once, and an end that is noticed by
// both sides. Method: raw bytes of the connection; letters are those of event-stream.ts.
import { afterEach, describe, expect, test } from 'vitest';
import { createFront } from '@mini-mesos/daemon';
import type { EventStream, EventStreamOptions, Front, Handler, StreamEnd } from '@mini-mesos/daemon';
import { chunksOf, RawClient } from './raw-client.js';

let front: Front;
afterEach(() => front.close({ graceMs: 0 }));

const record = (body: string) => Buffer.from(`${body.length}\n${body}`);
const headers = { 'content-type': 'application/json', 'mesos-stream-id': 'abc' };

interface Opened {
  client: RawClient;
  stream: EventStream;
  ended: Promise<StreamEnd>;
}

/** One subscriber at POST /api/v1, as schedulers subscribe. */
async function opened(options: EventStreamOptions = {}): Promise<Opened> {
  front = createFront({ processId: 'master' });
  let ended: Promise<StreamEnd> | undefined;
  const stream = new Promise<EventStream>((resolve) => {
    front.post('/api/v1', (request) => {
      ended = new Promise((onClose) => {
        resolve(request.openEventStream({ headers, onClose, ...options }));
      });
      return stream;
    });
  });
  const { port } = await front.listen({ port: 0 });
  const client = await RawClient.open(port);
  client.send('POST /api/v1 HTTP/1.1\r\nAccept-Encoding: gzip\r\nContent-Length: 2', '{}');
  const open = await stream;
  return { client, stream: open, ended: ended ?? Promise.reject(new Error('not opened')) };
}

const received = (client: RawClient, count: number) =>
  client
    .until((text) => chunksOf(RawClient.bodyOf(text)).length >= count)
    .then((text) => chunksOf(RawClient.bodyOf(text)));

describe('S1: one record is one chunk', () => {
  test('the head comes before the first record', async () => {
    const { client } = await opened();
    const head = await client.until((text) => text.includes('\r\n\r\n'));
    expect(head).toContain('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nmesos-stream-id: abc\r\n');
    expect(head).toContain('Transfer-Encoding: chunked');
    expect(head).not.toMatch(/content-encoding/i);
  });

  test('records written together stay apart, whatever their size', async () => {
    const { client, stream } = await opened();
    const records = ['a', 'b'.repeat(100_000), '', 'c'].map(record);
    for (const one of records) expect(stream.write(one)).toBe(true);
    expect(await received(client, 4)).toEqual(records.map(String));
  });

  test('each is sent without waiting for another', async () => {
    const { client, stream } = await opened();
    for (const body of ['first', 'second', 'third']) {
      stream.write(record(body));
      expect((await client.until((text) => text.includes(`${body}\r\n`))).endsWith(`${body}\r\n`)).toBe(true);
    }
  });

  test('nothing to write writes nothing: an empty chunk would end the stream', async () => {
    const { client, stream } = await opened();
    stream.write(Buffer.alloc(0));
    stream.write(record('x'));
    expect(await received(client, 1)).toEqual(['1\nx']);
  });

  test('the same buffer may go to many', async () => {
    const { client, stream } = await opened();
    const shared = record('shared');
    stream.write(shared);
    stream.write(shared);
    expect(await received(client, 2)).toEqual(['6\nshared', '6\nshared']);
  });
});

describe('S3: the end is told once', () => {
  test('closed by us: what was written arrives, the stream ends properly, the connection goes on', async () => {
    const { client, stream, ended } = await opened();
    stream.write(record('last'));
    stream.close();
    stream.close();
    expect([stream.isOpen, stream.write(record('late'))]).toEqual([false, false]);
    const text = await client.until((got) => got.endsWith('0\r\n\r\n'));
    expect(chunksOf(RawClient.bodyOf(text))).toEqual(['4\nlast', '']);
    expect(await ended).toBe('closed');
    client.send('GET /nope HTTP/1.1');
    await client.until((got) => got.includes('404 Not Found.'));
  });

  test.each(['destroyed', 'half closed'])('the peer left: its connection was %s', async (how) => {
    const { client, stream, ended } = await opened();
    if (how === 'destroyed') client.socket.destroy();
    else client.socket.end();
    expect(await ended).toBe('peer');
    expect([stream.isOpen, stream.write(record('x')), front.openStreams]).toEqual([false, false, 0]);
  });

  test('the front closes', async () => {
    const { client, ended } = await opened();
    expect(front.openStreams).toBe(1);
    await front.close();
    expect(await ended).toBe('front');
    expect(await client.end()).toMatch(/\r\n0\r\n\r\n$/);
  });

  test.each(['over a socket', 'injected'])('never from within close, %s', async (how) => {
    front = createFront({ processId: 'master' });
    let isClosing = false;
    const wasClosing = new Promise<boolean>((resolve) => {
      front.get('/events', (request) => {
        const stream = request.openEventStream({ onClose: () => resolve(isClosing) });
        setImmediate(() => {
          isClosing = true;
          stream.close();
          isClosing = false;
        });
        return stream;
      });
    });
    if (how === 'injected') await front.injectStream({ path: '/events' });
    else {
      const client = await RawClient.open((await front.listen({ port: 0 })).port);
      client.send('GET /events HTTP/1.1');
      await client.until((text) => text.endsWith('0\r\n\r\n'));
    }
    expect(await wasClosing).toBe(false);
  });

  test('a handler that fails after opening ends the stream', async () => {
    front = createFront({ processId: 'master' });
    front.get('/x', (request) => {
      request.openEventStream();
      throw new Error('broken');
    });
    front.get('/twice', (request) => {
      request.openEventStream();
      return request.openEventStream();
    });
    const { port } = await front.listen({ port: 0 });
    for (const path of ['/x', '/twice']) {
      const client = await RawClient.open(port);
      client.send(`GET ${path} HTTP/1.1`);
      await client.until((text) => text.endsWith('0\r\n\r\n'));
      client.socket.destroy();
    }
  });

  test('a peer that left before the handler opened the stream', async () => {
    front = createFront({ processId: 'master' });
    let client: RawClient | undefined;
    const ended = new Promise<StreamEnd>((onClose) => {
      const handler: Handler = async (request) => {
        client?.socket.destroy();
        await new Promise((left) => request.signal.addEventListener('abort', left));
        const stream = request.openEventStream({ onClose });
        expect([stream.isOpen, stream.write(record('x'))]).toEqual([false, false]);
        return stream;
      };
      front.route(['GET'], '/x', handler);
    });
    client = await RawClient.open((await front.listen({ port: 0 })).port);
    client.send('GET /x HTTP/1.1');
    expect(await ended).toBe('peer');
    expect(front.openStreams).toBe(0);
  });
});

test('timeouts of requests and connections do not reach an open stream', async () => {
  front = createFront({ processId: 'master', bodyTimeoutMs: 20, headersTimeoutMs: 20, keepAliveTimeoutMs: 20 });
  let stream: EventStream | undefined;
  front.post('/api/v1', (request) => (stream = request.openEventStream()));
  const { port } = await front.listen({ port: 0 });
  const client = await RawClient.open(port);
  client.send('POST /api/v1 HTTP/1.1\r\nContent-Length: 2', '{}');
  await client.until((text) => text.includes('\r\n\r\n'));
  // An idle connection that is reaped shows that all three times have passed.
  const idle = await RawClient.open(port);
  idle.send('GET /nope HTTP/1.1');
  await idle.end();
  stream?.write(record('still here'));
  expect(await received(client, 1)).toEqual(['10\nstill here']);
});

test('the timeout of an answer before, on the same connection, does not reach the stream', async () => {
  front = createFront({ processId: 'master', answerStallMs: 20, keepAliveTimeoutMs: 20 });
  let stream: EventStream | undefined;
  front.post('/api/v1', (request) => (stream = request.openEventStream()));
  const { port } = await front.listen({ port: 0 });
  const client = await RawClient.open(port);
  // Sent together, so that the answer is not followed by an idle time.
  client.socket.write('GET /nope HTTP/1.1\r\nHost: x\r\n\r\nPOST /api/v1 HTTP/1.1\r\nHost: x\r\n\r\n');
  await client.until((text) => text.includes('Transfer-Encoding: chunked\r\n\r\n'));
  const idle = await RawClient.open(port);
  idle.send('GET /nope HTTP/1.1');
  await idle.end();
  stream?.write(record('still here'));
  expect(await client.until((text) => text.includes('still here'))).toContain('404 Not Found');
});

test('hundreds of streams each get every record', async () => {
  front = createFront({ processId: 'master' });
  const streams = new Set<EventStream>();
  front.post('/api/v1', (request) => {
    const stream = request.openEventStream({ onClose: () => void streams.delete(stream) });
    streams.add(stream);
    return stream;
  });
  const { port } = await front.listen({ port: 0 });
  const clients = await Promise.all(Array.from({ length: 300 }, () => RawClient.open(port)));
  for (const client of clients) client.send('POST /api/v1 HTTP/1.1\r\nContent-Length: 2', '{}');
  await Promise.all(clients.map((client) => client.until((text) => text.includes('\r\n\r\n'))));
  expect([streams.size, front.openStreams]).toEqual([300, 300]);
  for (const body of ['one', 'two']) for (const stream of streams) stream.write(record(body));
  for (const client of clients) expect(await received(client, 2)).toEqual(['3\none', '3\ntwo']);
  await front.close();
  expect([streams.size, front.openStreams]).toEqual([0, 0]);
});
