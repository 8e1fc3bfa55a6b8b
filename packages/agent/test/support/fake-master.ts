// Goal: agents on real sockets without a master. Method: the master's end of the link in this process, which says what the
// test tells it to, acknowledges what it is sent, and keeps everything.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FrameworkInfo, link, TaskInfo, TaskStatus } from '@mini-mesos/proto';
import { decodeProtobuf, encodeProtobuf, encodeRecord, RecordDecoder } from '@mini-mesos/wire';
import { frameworkInfo } from './harness.js';
import { until } from './launcher-world.js';

const LINK_PATH = '/mini-mesos/v1/agent';

export class FakeMaster {
  readonly calls: link.Call[] = [];
  /** Bodies of posts, by how many calls each held. */
  readonly posts: number[] = [];
  readonly statuses = new Map<string, TaskStatus[]>();
  /** Acknowledges each update as it comes. */
  acknowledges = true;
  /** How the next first call is answered instead of being taken: a status, and where to go. */
  refuseWith: { status: number; location?: string } | undefined;
  /** Answers calls later than it gets them. */
  delayMs = 0;
  agentId = 'fake-S0';
  readonly #server: Server;
  #stream: ServerResponse | undefined;
  #linkId = 0;
  #onStatus: ((status: TaskStatus) => void) | undefined;

  constructor() {
    this.#server = createServer((request, response) => void this.#handle(request, response));
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => void this.#server.listen(0, '127.0.0.1', resolve));
    return this.address;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get isLinked(): boolean {
    return this.#stream !== undefined;
  }

  onStatus(listener: (status: TaskStatus) => void): void {
    this.#onStatus = listener;
  }

  say(event: link.Event): void {
    if (!this.#stream) throw new Error('no agent is linked');
    this.#stream.write(encodeRecord(encodeProtobuf('mini_mesos.link.Event', event)));
  }

  /** Bytes that are no record. */
  sayNonsense(): void {
    this.#stream?.write('nonsense\n');
  }

  run(task: TaskInfo, framework: FrameworkInfo = frameworkInfo({ user: 'root' })): void {
    const own = { ...task, agent_id: { value: this.agentId } };
    this.say({ type: 'RUN_TASK', run_task: { framework, task: own, launch_executor: true } });
  }

  kill(taskId: string, frameworkId = 'framework-0000'): void {
    this.say({ type: 'KILL_TASK', kill_task: { framework_id: { value: frameworkId }, task_id: { value: taskId } } });
  }

  states(taskId: string): string[] {
    return (this.statuses.get(taskId) ?? []).map((status) => status.state.replace('TASK_', ''));
  }

  state(taskId: string, state: string): Promise<TaskStatus> {
    const found = () => this.statuses.get(taskId)?.find((status) => status.state === `TASK_${state}`);
    return until(found, `${state} of ${taskId}`);
  }

  callOf(type: link.Call.Type): Promise<link.Call> {
    return until(() => this.calls.find((call) => call.type === type), `a call ${type}`);
  }

  /** The link breaks; the server goes on listening. */
  breakLink(): void {
    this.#stream?.destroy();
    this.#stream = undefined;
  }

  /** Forgets the link without closing its stream, as a master does that has failed over behind a proxy. */
  forgetLink(): void {
    this.#linkId += 1;
  }

  /** Ends connections that wait for the next request. */
  closeIdle(): void {
    this.#server.closeIdleConnections();
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const calls = new RecordDecoder()
      .push(Buffer.concat(chunks))
      .map((record) => decodeProtobuf('mini_mesos.link.Call', record));
    const id = request.headers['mini-mesos-link-id'];
    if (request.url !== LINK_PATH) response.writeHead(404).end('Not Found');
    else if (id === undefined) this.#open(calls, response);
    else if (id !== `link-${this.#linkId}`) response.writeHead(404).end(`no link ${String(id)}: register again`);
    else {
      this.posts.push(calls.length);
      for (const call of calls) this.#take(call);
      setTimeout(() => response.writeHead(202).end(), this.delayMs);
    }
  }

  #open(calls: link.Call[], response: ServerResponse): void {
    if (this.refuseWith) {
      const { status, location } = this.refuseWith;
      this.refuseWith = undefined;
      response.writeHead(status, location === undefined ? {} : { location }).end('not now');
      return;
    }
    this.calls.push(...calls);
    this.#linkId += 1;
    response.writeHead(200, {
      'content-type': 'application/recordio',
      'message-content-type': 'application/x-protobuf',
      'mini-mesos-link-id': `link-${this.#linkId}`,
    });
    this.#stream = response;
    response.on('close', () => {
      if (this.#stream === response) this.#stream = undefined;
    });
    const registered = { agent_id: { value: this.agentId }, total_ping_timeout_seconds: 75 };
    if (calls[0]?.register) this.say({ type: 'REGISTERED', registered });
    else this.say({ type: 'REREGISTERED', reregistered: registered });
  }

  #take(call: link.Call): void {
    this.calls.push(call);
    const update = call.update_status;
    if (!update) return;
    const { status, framework_id } = update;
    const id = status.task_id.value;
    const seen = this.statuses.get(id) ?? [];
    this.statuses.set(id, [...seen, status]);
    if (this.acknowledges && status.uuid && this.#stream) {
      this.say({
        type: 'ACKNOWLEDGE_STATUS',
        acknowledge_status: { framework_id, task_id: status.task_id, uuid: status.uuid },
      });
    }
    this.#onStatus?.(status);
  }
}
