// An agent in this process that speaks the executor API over real HTTP, as far as an executor can tell (Mesos,
// src/slave/http.cpp). Answers and events are as a real agent gave them.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { executor, TaskInfo } from '@mini-mesos/proto';
import { decodeBody, encodeBody, encodeRecord, mediaTypeOf } from '@mini-mesos/wire';
import type { MediaType } from '@mini-mesos/wire';

const CALL = 'mesos.v1.executor.Call';
const EVENT = 'mesos.v1.executor.Event';

export interface ReceivedExecutorCall {
  call: executor.Call;
  headers: IncomingMessage['headers'];
}

export class FakeAgent {
  readonly calls: ReceivedExecutorCall[] = [];
  /** Answers a SUBSCRIBE with it instead of a stream. */
  refusal: { status: number; text: string } | undefined;
  /** Answers the next UPDATE so. */
  updateAnswer: { status: number; text: string } | undefined;
  /** Acknowledges updates as soon as they come. */
  isAcknowledging = true;
  #stream: { response: ServerResponse; mediaType: MediaType } | undefined;
  readonly #server: Server;
  readonly #waiters: { type: string; resolve(call: ReceivedExecutorCall): void }[] = [];
  readonly #unseen: ReceivedExecutorCall[] = [];

  private constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(port = 0): Promise<FakeAgent> {
    const agent = new FakeAgent();
    agent.#server.listen(port, '127.0.0.1');
    await once(agent.#server, 'listening');
    return agent;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The environment that it gives to its executor. */
  environment(more: { [name: string]: string } = {}): { [name: string]: string } {
    return {
      MESOS_FRAMEWORK_ID: 'framework',
      MESOS_EXECUTOR_ID: 'executor',
      MESOS_SLAVE_ID: 'agent',
      MESOS_AGENT_ENDPOINT: `127.0.0.1:${this.port}`,
      MESOS_SANDBOX: '/sandbox',
      MESOS_CHECKPOINT: '1',
      MESOS_RECOVERY_TIMEOUT: '15mins',
      MESOS_SUBSCRIPTION_BACKOFF_MAX: '20ms',
      MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD: '2secs',
      ...more,
    };
  }

  /** The next call of that type which no test has asked for yet. */
  received(type: string): Promise<ReceivedExecutorCall> {
    const index = this.#unseen.findIndex(({ call }) => call.type === type);
    const [found] = index < 0 ? [] : this.#unseen.splice(index, 1);
    if (found) return Promise.resolve(found);
    return new Promise((resolve) => this.#waiters.push({ type, resolve }));
  }

  send(event: executor.Event): void {
    this.#stream?.response.write(encodeRecord(encodeBody(EVENT, this.#stream.mediaType, event)));
  }

  launch(taskId: string): TaskInfo {
    const task: TaskInfo = { name: taskId, task_id: { value: taskId }, agent_id: { value: 'agent' } };
    this.send({ type: 'LAUNCH', launch: { task } });
    return task;
  }

  acknowledge({ call }: ReceivedExecutorCall): void {
    const status = call.update?.status;
    if (!status?.uuid) throw new Error('this call is no update');
    this.send({ type: 'ACKNOWLEDGED', acknowledged: { task_id: status.task_id, uuid: status.uuid } });
  }

  endStream(): void {
    this.#stream?.response.end();
    this.#stream = undefined;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    } catch {
      return void response.destroy();
    }
    const mediaType = mediaTypeOf(request.headers['content-type'] ?? '');
    if (request.url !== '/api/v1/executor' || !mediaType) return void response.writeHead(404).end();
    const call = decodeBody(CALL, mediaType, Buffer.concat(chunks));
    const received = { call, headers: request.headers };
    if (call.type === 'SUBSCRIBE') this.#subscribe(mediaType, response);
    else this.#answer(received, response);
    this.calls.push(received);
    const index = this.#waiters.findIndex(({ type }) => type === call.type);
    const [waiter] = index < 0 ? [] : this.#waiters.splice(index, 1);
    if (waiter) waiter.resolve(received);
    else this.#unseen.push(received);
  }

  #subscribe(mediaType: MediaType, response: ServerResponse): void {
    if (this.refusal) return void response.writeHead(this.refusal.status).end(this.refusal.text);
    this.#stream?.response.end();
    response.writeHead(200, { 'content-type': mediaType });
    this.#stream = { response, mediaType };
    this.send({
      type: 'SUBSCRIBED',
      subscribed: {
        executor_info: { executor_id: { value: 'executor' } },
        framework_info: { user: 'me', name: 'test' },
        agent_info: { hostname: 'host' },
        container_id: { value: 'container' },
      },
    });
  }

  #answer(received: ReceivedExecutorCall, response: ServerResponse): void {
    const { call } = received;
    const prepared = call.type === 'UPDATE' ? this.updateAnswer : undefined;
    if (prepared) this.updateAnswer = undefined;
    if (call.type === 'HEARTBEAT') response.writeHead(202).end();
    else if (call.framework_id.value !== 'framework') response.writeHead(400).end('Framework cannot be found');
    else if (!this.#stream) response.writeHead(403).end('Executor is not subscribed');
    else if (prepared) response.writeHead(prepared.status).end(prepared.text);
    else if (call.type === 'UPDATE' && call.update?.status.uuid?.length !== 16) {
      response.writeHead(400).end("Failed to validate Executor::Call: Expecting 'uuid' to be present");
    } else {
      response.writeHead(202).end();
      if (call.type === 'UPDATE' && this.isAcknowledging) this.acknowledge(received);
    }
  }
}
