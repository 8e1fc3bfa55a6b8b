// Goal: S2, a reader that falls behind is dropped and memory stays bounded, while a healthy one may get a record of any
// size. Method: clients that do not read, over sockets and injected; the buffer is watched as it grows.
import { afterEach, describe, expect, test } from 'vitest';
import { createFront, EVENT_STREAM_BUFFER_MAX_BYTES } from '@mini-mesos/daemon';
import type { EventStream, Front, StreamEnd } from '@mini-mesos/daemon';
import { RawClient } from './raw-client.js';

const KIB = 1024;
let front: Front | undefined;
afterEach(() => front?.close({ graceMs: 0 }));

async function subscribed(bufferMaxBytes?: number) {
  front = createFront({ processId: 'master' });
  const ends: StreamEnd[] = [];
  const streams: EventStream[] = [];
  let isWriting = false;
  front.get('/events', (request) => {
    const stream = request.openEventStream({
      ...(bufferMaxBytes !== undefined && { bufferMaxBytes }),
      onClose: (reason) => {
        expect(isWriting).toBe(false);
        ends.push(reason);
      },
    });
    streams.push(stream);
    return stream;
  });
  const { port } = await front.listen({ port: 0 });
  const client = await RawClient.open(port);
  client.send('GET /events HTTP/1.1');
  await client.until((text) => text.includes('\r\n\r\n'));
  const write = (bytes: Buffer): boolean => {
    isWriting = true;
    const isTaken = streams.every((stream) => stream.write(bytes));
    isWriting = false;
    return isTaken;
  };
  const [stream] = streams;
  if (!stream) throw new Error('no stream was opened');
  return { client, stream, streams, port, ends, write };
}

/** One turn of the event loop, in which sockets move what they can. */
const turn = () => new Promise((resolve) => void setImmediate(resolve));

describe('over a socket', () => {
  test('who does not read is dropped, with no more buffered than the limit and the largest record', async () => {
    const limit = 256 * KIB;
    const { client, stream, ends, write } = await subscribed(limit);
    client.socket.pause();
    const record = Buffer.alloc(32 * KIB, 'x');
    let largest = 0;
    let taken = 0;
    while (write(record)) {
      taken += 1;
      largest = Math.max(largest, stream.bufferedBytes);
      await turn();
      // The kernel's own buffers take a few MiB; without a limit this would go on for ever.
      expect(taken).toBeLessThan(2000);
    }
    // Each chunk has a few bytes of its own.
    expect(largest).toBeLessThanOrEqual(limit + 2 * record.length + 1 * KIB);
    expect(largest).toBeGreaterThan(limit);
    while (ends.length === 0) await turn();
    expect([ends, stream.isOpen, write(record), front?.openStreams]).toEqual([['slow-reader'], false, false, 0]);
    client.socket.resume();
    expect(await client.end()).not.toMatch(/\r\n0\r\n\r\n$/);
  });

  test('a snapshot far above the limit reaches a healthy reader, and so does what follows at once', async () => {
    const { client, ends, write } = await subscribed(64 * KIB);
    const snapshot = Buffer.alloc(8 * KIB * KIB, 's');
    expect([write(snapshot), write(Buffer.from('heartbeat'))]).toEqual([true, true]);
    await client.until((text) => text.includes('heartbeat'));
    expect(ends).toEqual([]);
  });

  test('after it was read, the allowance of the snapshot is over', async () => {
    const { client, stream, write } = await subscribed(64 * KIB);
    write(Buffer.alloc(8 * KIB * KIB, 's'));
    write(Buffer.from('heartbeat'));
    await client.until((text) => text.includes('heartbeat'));
    while (stream.bufferedBytes > 0) await turn();
    client.socket.pause();
    let largest = 0;
    while (write(Buffer.alloc(16 * KIB))) {
      largest = Math.max(largest, stream.bufferedBytes);
      await turn();
    }
    expect(largest).toBeLessThan(64 * KIB + 3 * 16 * KIB);
  });

  test('one slow reader does not hold up another', async () => {
    const { client: slow, streams, port, ends } = await subscribed(64 * KIB);
    const fast = await RawClient.open(port);
    fast.send('GET /events HTTP/1.1');
    await fast.until((text) => text.includes('\r\n\r\n'));
    slow.socket.pause();
    let written = 0;
    while (ends.length === 0) {
      for (const stream of streams) stream.write(Buffer.alloc(64 * KIB, 'x'));
      written += 1;
      // The fast one is given the time to read, as a network would.
      await fast.until((text) => text.length >= written * 64 * KIB);
    }
    expect(ends).toEqual(['slow-reader']);
    expect(streams[1]?.write(Buffer.from('still here'))).toBe(true);
    await fast.until((text) => text.includes('still here'));
  });

  test('the default limit is named', () => {
    expect(EVENT_STREAM_BUFFER_MAX_BYTES).toBe(8 * KIB * KIB);
  });
});

describe('injected', () => {
  test('who does not read is dropped, and told by a failure', async () => {
    const { ends } = await subscribed();
    front = createFront({ processId: 'master' });
    let stream: EventStream | undefined;
    front.get('/events', (request) => {
      stream = request.openEventStream({ bufferMaxBytes: 100, onClose: (reason) => void ends.push(reason) });
      return stream;
    });
    const { chunks } = await front.injectStream({ path: '/events' });
    let taken = 0;
    while (stream?.write(Buffer.alloc(40)) === true) taken += 1;
    expect(taken).toBe(4);
    await turn();
    expect(ends).toContain('slow-reader');
    await expect(chunks[Symbol.asyncIterator]().next()).rejects.toThrow('fell behind');
  });
});
