// Goal: the front over real connections: bodies, limits, malformed requests, closing. Method: raw bytes both ways.
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { createFront } from '@mini-mesos/daemon';
import type { Front, FrontOptions } from '@mini-mesos/daemon';
import { RawClient } from './raw-client.js';

let front: Front;

async function listening(options: Partial<FrontOptions> = {}): Promise<number> {
  front = createFront({ processId: 'master', ...options });
  front.post('/echo', ({ body }) => ({ status: 200, body: body.toString() }));
  front.get('/x', ({ remoteAddress }) => ({ status: 200, body: remoteAddress }));
  return (await front.listen({ port: 0 })).port;
}

afterEach(() => front.close({ graceMs: 0 }));

const complete = (text: string) => /\r\n\r\n/.test(text);

/** One request on a connection of its own; resolves once the answer's body satisfies the condition. */
async function ask(port: number, head: string, { body = '', until = '' }: { body?: string; until?: string }) {
  const client = await RawClient.open(port);
  client.send(head, body);
  const text = await client.until((received) => complete(received) && received.includes(until));
  client.socket.destroy();
  return text;
}

describe('bodies', () => {
  test('with a length, in chunks, and with any content type or none', async () => {
    const port = await listening();
    const length = 'POST /echo HTTP/1.1\r\nContent-Length: 5';
    expect(await ask(port, length, { body: 'hello', until: 'hello' })).toContain('HTTP/1.1 200 OK');
    expect(await ask(port, `${length}\r\nContent-Type: ;;`, { body: 'hello', until: 'hello' })).toContain('200 OK');
    const chunked = 'POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked';
    expect(await ask(port, chunked, { body: '2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n', until: 'hello' })).toContain('200 OK');
    expect(await ask(port, 'POST /echo HTTP/1.1', {})).toContain('content-length: 0');
  });

  test('zipped ones are unzipped; what is no zip, or another encoding, is told', async () => {
    const port = await listening({ bodyMaxBytes: 1000 });
    const send = (body: Buffer, encoding: string) =>
      ask(port, `POST /echo HTTP/1.1\r\nContent-Encoding: ${encoding}\r\nContent-Length: ${body.length}`, {
        body: body.toString('latin1'),
      });
    expect(await send(gzipSync('hello'), 'gzip')).toContain('hello');
    expect(await send(Buffer.from('hello'), 'gzip')).toContain('400 Bad Request');
    expect(await send(Buffer.from('hello'), 'br')).toContain('415 Unsupported Media Type');
    expect(await send(gzipSync(Buffer.alloc(1_000_000)), 'gzip')).toContain('413 Payload Too Large');
  });

  test('too large by their length, or on the way: 413 with a text, and the connection goes on', async () => {
    const port = await listening({ bodyMaxBytes: 10 });
    const client = await RawClient.open(port);
    client.send('POST /echo HTTP/1.1\r\nContent-Length: 20', 'x'.repeat(20));
    await client.until((text) => text.includes('Expecting at most 10 bytes.'));
    client.send('POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked', `14\r\n${'y'.repeat(20)}\r\n0\r\n\r\n`);
    await client.until((text) => text.split('HTTP/1.1 413').length === 3);
    client.send('POST /echo HTTP/1.1\r\nContent-Length: 3', 'end');
    expect(await client.until((text) => text.endsWith('end'))).toContain('HTTP/1.1 200 OK');
    client.socket.destroy();
  });

  test('half-open ones time out with 408, and are cut where they were answered', async () => {
    const port = await listening({ bodyTimeoutMs: 100 });
    const slow = await RawClient.open(port);
    slow.send('POST /echo HTTP/1.1\r\nContent-Length: 5', 'he');
    expect(await slow.end()).toMatch(/^HTTP\/1.1 408 Request Timeout\r\n[^]*Expecting the body within 100 ms\.$/);
    const answered = await RawClient.open(port);
    answered.send('POST /nope HTTP/1.1\r\nContent-Length: 5', 'he');
    expect(await answered.end()).toMatch(/^HTTP\/1.1 404 Not Found/);
  });

  test('a peer that leaves in the middle of one disturbs nobody', async () => {
    const port = await listening();
    const leaving = await RawClient.open(port);
    leaving.send('POST /echo HTTP/1.1\r\nContent-Length: 5', 'he');
    leaving.socket.destroy();
    expect(await ask(port, 'GET /x HTTP/1.1', { until: '127.0.0.1' })).toContain('200 OK');
  });

  test('may be taken as a stream, without a limit in size or time', async () => {
    front = createFront({ processId: 'master', bodyMaxBytes: 1, bodyTimeoutMs: 50 });
    front.post(
      '/stream',
      async ({ bodyStream }) => {
        const parts = (await bodyStream?.toArray()) as Buffer[];
        return { status: 200, body: Buffer.concat(parts).toString() };
      },
      { streamBody: ({ headers }) => headers['content-type'] === 'application/recordio' },
    );
    const { port } = await front.listen({ port: 0 });
    const client = await RawClient.open(port);
    client.send('POST /stream HTTP/1.1\r\nContent-Type: application/recordio\r\nContent-Length: 6', 'abc');
    // Longer than bodyTimeoutMs: another request's timeout shows that the time has passed.
    const other = await RawClient.open(port);
    other.send('POST /stream HTTP/1.1\r\nContent-Length: 1');
    expect(await other.end()).toContain('408');
    client.socket.write('def');
    expect(await client.until((text) => text.endsWith('abcdef'))).toContain('200 OK');
    client.socket.destroy();
  });
});

describe('what is not HTTP', () => {
  test.each([
    ['GARBAGE\r\n\r\n', '400 Bad Request'],
    ['GET /x HTTP/1.1\r\n\r\n', '400 Bad Request'],
    ['GET /x HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n', '400 Bad Request'],
    ['POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', '400 Bad Request'],
    [`GET /x HTTP/1.1\r\nHost: x\r\nLong: ${'x'.repeat(20_000)}\r\n\r\n`, '431 Request Header Fields Too Large'],
  ])('%#: is answered and cut', async (bytes, status) => {
    const port = await listening();
    const client = await RawClient.open(port);
    client.socket.write(bytes);
    const text = await client.end();
    // A request that was begun may also just be cut.
    if (text !== '') expect(text).toContain(status);
    expect(await ask(port, 'GET /x HTTP/1.1', { until: '127.0.0.1' })).toContain('200 OK');
  });

  test('garbage after a request does not get into its answer', async () => {
    const port = await listening();
    front.get('/stream', (request) => {
      const stream = request.openEventStream();
      stream.write(Buffer.from('record'));
      return stream;
    });
    const client = await RawClient.open(port);
    client.send('GET /stream HTTP/1.1');
    await client.until((text) => text.includes('record'));
    client.socket.write('GARBAGE\r\n\r\n');
    expect(await client.end()).not.toContain('400 Bad Request');
  });

  test('methods that nobody has are refused as others are', async () => {
    const port = await listening();
    expect(await ask(port, 'PROPFIND /x HTTP/1.1', {})).toContain('HTTP/1.1 405 Method Not Allowed');
    expect(await ask(port, 'OPTIONS * HTTP/1.1', {})).toContain('HTTP/1.1 404 Not Found');
  });
});

describe('connections', () => {
  test('are kept for further requests, answered in order', async () => {
    const port = await listening();
    const client = await RawClient.open(port);
    client.send('POST /echo HTTP/1.1\r\nContent-Length: 3', 'one');
    client.send('HEAD /x HTTP/1.1');
    client.send('POST /echo HTTP/1.1\r\nContent-Length: 3', 'two');
    const text = await client.until((received) => received.endsWith('two'));
    expect(text.match(/HTTP\/1.1 200 OK/g)).toHaveLength(3);
    expect(text).toContain('one');
    expect(text).toContain('Keep-Alive: timeout=75');
    client.socket.destroy();
  });

  test('the signal of a request is aborted when its peer leaves, and not after an answer', async () => {
    const port = await listening();
    const aborted = new Promise<void>((resolve) => {
      front.get('/wait', async ({ signal }) => {
        await new Promise((left) => signal.addEventListener('abort', left));
        resolve();
        return { status: 200 };
      });
    });
    let wasAborted: AbortSignal | undefined;
    front.get('/quick', ({ signal }) => {
      wasAborted = signal;
      return { status: 200, body: 'done' };
    });
    await ask(port, 'GET /quick HTTP/1.1', { until: 'done' });
    const client = await RawClient.open(port);
    client.send('GET /wait HTTP/1.1');
    client.socket.end(() => client.socket.destroy());
    await aborted;
    expect(wasAborted?.aborted).toBe(false);
  });

  test('close waits for requests under way, then takes no more', async () => {
    const port = await listening();
    let finish: () => void = () => undefined;
    const started = new Promise<void>((resolve) => {
      front.get('/wait', async () => {
        resolve();
        await new Promise<void>((done) => (finish = done));
        return { status: 200, body: 'late' };
      });
    });
    const client = await RawClient.open(port);
    client.send('GET /wait HTTP/1.1');
    await started;
    const closed = front.close({ graceMs: 10_000 });
    finish();
    expect(await client.until((text) => text.endsWith('late'))).toContain('200 OK');
    await closed;
    await expect(RawClient.open(port)).rejects.toThrow('ECONNREFUSED');
  });

  test('close cuts what does not end within the grace', async () => {
    const port = await listening();
    const started = new Promise<void>((resolve) => {
      front.get('/forever', () => {
        resolve();
        return new Promise(() => undefined);
      });
    });
    const client = await RawClient.open(port);
    client.send('GET /forever HTTP/1.1');
    await started;
    await front.close({ graceMs: 20 });
    expect(await client.end()).toBe('');
  });

  test('a reader that takes nothing of an answer is cut', async () => {
    const port = await listening({ answerStallMs: 50, keepAliveTimeoutMs: 50 });
    const bytes = 32 * 1024 * 1024;
    front.get('/large', () => ({ status: 200, body: Buffer.alloc(bytes) }));
    const stalled = connect({ port, host: '127.0.0.1' });
    let received = 0;
    stalled.on('data', (chunk: Buffer) => (received += chunk.length)).pause();
    stalled.on('error', () => stalled.destroy());
    const cut = new Promise((resolve) => stalled.once('close', resolve));
    stalled.write('GET /large HTTP/1.1\r\nHost: x\r\n\r\n');
    const idle = await RawClient.open(port);
    idle.send('GET /x HTTP/1.1');
    // Cut by the same clock, but a second later, since idle connections are kept longer than they are told.
    await idle.end();
    stalled.resume();
    await cut;
    expect(received).toBeLessThan(bytes);
  });

  test('an unread body does not keep the next request from being answered', async () => {
    const port = await listening();
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      const call = httpRequest({ port, path: '/nope', method: 'POST' }, (response) => resolve(response.statusCode));
      call.on('error', reject).end(Buffer.alloc(300_000));
    });
    expect(answer).toBe(404);
  });
});

describe('listening', () => {
  test('is on loopback unless another address is given, and once', async () => {
    front = createFront({ processId: 'master' });
    expect((await front.listen({ port: 0 })).ip).toBe('127.0.0.1');
    await expect(front.listen({ port: 0 })).rejects.toThrow('already listens');
  });

  test('a taken port names the flag to change', async () => {
    const port = await listening();
    const second = createFront({ processId: 'master' });
    await expect(second.listen({ port })).rejects.toThrow(
      `cannot listen on 127.0.0.1:${port}: another process uses the port: stop it, or choose another port with --port`,
    );
    await expect(second.listen({ ip: '203.0.113.1', port: 0 })).rejects.toThrow('--ip');
  });
});
