// A master in this process that speaks the scheduler API over real HTTP, as far as an SDK can tell: it keeps one
// framework, checks calls in the order of Mesos' src/master/http.cpp, and sends what the test tells it to.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Offer, scheduler, TaskStatus } from '@mini-mesos/proto';
import { decodeBody, encodeBody, encodeRecord, mediaTypeOf } from '@mini-mesos/wire';
import type { MediaType } from '@mini-mesos/wire';

const CALL = 'mesos.v1.scheduler.Call';
const EVENT = 'mesos.v1.scheduler.Event';

export interface ReceivedCall {
  call: scheduler.Call;
  mediaType: MediaType;
  headers: IncomingMessage['headers'];
}

interface Stream {
  id: string;
  mediaType: MediaType;
  response: ServerResponse;
}

export class FakeMaster {
  readonly id = randomUUID();
  /** All calls, in order of arrival. */
  readonly calls: ReceivedCall[] = [];
  /** Answers a SUBSCRIBE with it instead of a stream. */
  refusal: { status: number; text: string; location?: string } | undefined;
  /** Sends it as an ERROR on a new stream and closes it. */
  streamError: string | undefined;
  /** Answers calls of that type so, once. */
  readonly callAnswers = new Map<string, { status: number; text: string }>();
  heartbeatIntervalSeconds = 15;
  frameworkId: string | undefined;
  stream: Stream | undefined;
  readonly #server: Server;
  readonly #waiters: { type: string; resolve(call: ReceivedCall): void }[] = [];
  readonly #unseen: ReceivedCall[] = [];

  private constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(port = 0): Promise<FakeMaster> {
    const master = new FakeMaster();
    master.#server.listen(port, '127.0.0.1');
    await once(master.#server, 'listening');
    return master;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** The next call of that type which no test has asked for yet. */
  received(type: string): Promise<ReceivedCall> {
    const index = this.#unseen.findIndex(({ call }) => call.type === type);
    const [found] = index < 0 ? [] : this.#unseen.splice(index, 1);
    if (found) return Promise.resolve(found);
    return new Promise((resolve) => this.#waiters.push({ type, resolve }));
  }

  send(event: scheduler.Event): void {
    this.#write(this.stream, event);
  }

  update(status: Partial<TaskStatus> & { taskId: string }): TaskStatus {
    const { taskId, ...rest } = status;
    const full: TaskStatus = {
      state: 'TASK_RUNNING',
      agent_id: { value: 'agent-1' },
      ...rest,
      task_id: { value: taskId },
    };
    this.send({ type: 'UPDATE', update: { status: full } });
    return full;
  }

  offer(...ids: string[]): Offer[] {
    const offers = ids.map((id) => makeOffer(id));
    this.send({ type: 'OFFERS', offers: { offers } });
    return offers;
  }

  endStream(): void {
    this.stream?.response.end();
    this.stream = undefined;
  }

  /** As a process that is killed. */
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }

  #write(stream: Stream | undefined, event: scheduler.Event): void {
    stream?.response.write(encodeRecord(encodeBody(EVENT, stream.mediaType, event)));
  }

  #note(received: ReceivedCall): void {
    this.calls.push(received);
    const index = this.#waiters.findIndex(({ type }) => type === received.call.type);
    const [waiter] = index < 0 ? [] : this.#waiters.splice(index, 1);
    if (waiter) waiter.resolve(received);
    else this.#unseen.push(received);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    } catch {
      return void response.destroy();
    }
    const mediaType = mediaTypeOf(request.headers['content-type'] ?? '');
    if (request.url !== '/api/v1/scheduler') return void response.writeHead(404).end();
    if (request.method !== 'POST') return void response.writeHead(405).end();
    if (!mediaType) return void response.writeHead(415).end();
    const call = decodeBody(CALL, mediaType, Buffer.concat(chunks));
    const received = { call, mediaType, headers: request.headers };
    if (call.type === 'SUBSCRIBE') this.#subscribe(received, response);
    else this.#answer(received, response);
    this.#note(received);
  }

  #subscribe({ call, mediaType, headers }: ReceivedCall, response: ServerResponse): void {
    if (this.refusal) {
      const { status, text, location } = this.refusal;
      return void response.writeHead(status, location === undefined ? {} : { location }).end(text);
    }
    if (headers['mesos-stream-id'] !== undefined) {
      return void response.writeHead(400).end("Subscribe calls should not include the 'Mesos-Stream-Id' header");
    }
    const id = call.framework_id?.value;
    if (id !== call.subscribe?.framework_info.id?.value)
      return void response.writeHead(400).end('framework ids differ');
    const stream = { id: randomUUID(), mediaType, response };
    response.writeHead(200, { 'content-type': mediaType, 'mesos-stream-id': stream.id });
    response.on('close', () => {
      if (this.stream === stream) this.stream = undefined;
    });
    if (this.streamError !== undefined) {
      this.#write(stream, { type: 'ERROR', error: { message: this.streamError } });
      return void response.end();
    }
    if (this.stream) {
      this.#write(this.stream, { type: 'ERROR', error: { message: 'Framework failed over' } });
      this.stream.response.end();
    }
    this.stream = stream;
    this.frameworkId = id ?? `${this.id}-0000`;
    const masterInfo = { id: this.id, ip: 16777343, port: this.port, hostname: 'localhost', version: '1.12.0' };
    this.send({
      type: 'SUBSCRIBED',
      subscribed: {
        framework_id: { value: this.frameworkId },
        heartbeat_interval_seconds: this.heartbeatIntervalSeconds,
        master_info: masterInfo,
      },
    });
    this.send({ type: 'HEARTBEAT' });
  }

  #answer({ call, headers }: ReceivedCall, response: ServerResponse): void {
    const prepared = this.callAnswers.get(call.type ?? '');
    this.callAnswers.delete(call.type ?? '');
    const streamId = headers['mesos-stream-id'];
    if (prepared) response.writeHead(prepared.status).end(prepared.text);
    else if (call.framework_id?.value !== this.frameworkId) response.writeHead(400).end('Framework cannot be found');
    else if (!this.stream) response.writeHead(403).end('Framework is not subscribed');
    else if (streamId === undefined)
      response.writeHead(400).end("All non-subscribe calls should include the 'Mesos-Stream-Id' header");
    else if (streamId !== this.stream.id) {
      response
        .writeHead(400)
        .end(
          `The stream ID '${String(streamId)}' included in this request didn't match the stream ID currently associated with framework ID`,
        );
    } else response.writeHead(call.type === 'UPDATE_FRAMEWORK' ? 200 : 202).end();
  }
}

export function makeOffer(id: string, agentId = 'agent-1', role = '*'): Offer {
  const allocation_info = { role };
  return {
    id: { value: id },
    framework_id: { value: 'framework' },
    agent_id: { value: agentId },
    hostname: 'host',
    allocation_info,
    resources: [
      { name: 'cpus', type: 'SCALAR', scalar: { value: 4 }, allocation_info },
      { name: 'mem', type: 'SCALAR', scalar: { value: 1024 }, allocation_info },
      { name: 'ports', type: 'RANGES', ranges: { range: [{ begin: 31000, end: 31009 }] }, allocation_info },
    ],
  };
}

/** 16 bytes that all are `fill`. */
export const uuid = (fill: number): Buffer => Buffer.alloc(16, fill);
