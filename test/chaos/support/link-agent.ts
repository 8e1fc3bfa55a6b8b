// An agent that is only a link: it registers, keeps what the master says, and says whatever a test wants, in whatever order.
import http from 'node:http';
import type { AgentID, FrameworkInfo, link, Task } from '@mini-mesos/proto';
import { decodeProtobuf, encodeProtobuf, encodeRecord, RecordDecoder } from '@mini-mesos/wire';
import { until } from '../../e2e/support/until.js';

const PATH = '/mini-mesos/v1/agent';
const HEADERS = { 'content-type': 'application/recordio', 'message-content-type': 'application/x-protobuf' };

const record = (call: link.Call): Buffer => Buffer.from(encodeRecord(encodeProtobuf('mini_mesos.link.Call', call)));
const scalar = (name: string, value: number) => ({ name, type: 'SCALAR' as const, scalar: { value } });

/** Agents at one address are one agent to a master. */
let ports = 20_000;

export class LinkAgent {
  readonly events: link.Event[] = [];
  id: AgentID = { value: '' };
  #url = '';
  #linkId = '';
  #request: http.ClientRequest | undefined;
  readonly #hostname: string;
  readonly #port = ports++;

  constructor(hostname: string) {
    this.#hostname = hostname;
  }

  /** With an id of the master's choice. */
  async register(url: string): Promise<this> {
    await this.#dial(url, { type: 'REGISTER', register: { agent: this.#description() } });
    const registered = await until(
      'REGISTERED',
      () => this.events.find(({ type }) => type === 'REGISTERED')?.registered,
    );
    this.id = registered.agent_id;
    return this;
  }

  /** Resolves when the master has answered, with whatever. */
  async reregister(
    url: string,
    { tasks = [], frameworks = [] }: { tasks?: Task[]; frameworks?: FrameworkInfo[] } = {},
  ): Promise<void> {
    this.events.length = 0;
    await this.#dial(url, { type: 'REREGISTER', reregister: { agent: this.#description(), tasks, frameworks } });
    await until('an answer', () => this.events.some(({ type }) => type === 'REREGISTERED' || type === 'SHUTDOWN'));
  }

  /** The status of the master's answer. */
  async say(...calls: link.Call[]): Promise<number> {
    const body = Buffer.concat(calls.map(record));
    const headers = { ...HEADERS, 'mini-mesos-link-id': this.#linkId };
    const response = await fetch(this.#url, { method: 'POST', headers, body });
    await response.arrayBuffer();
    return response.status;
  }

  event(type: NonNullable<link.Event['type']>): Promise<link.Event> {
    return until(`${type} at ${this.#hostname}`, () => this.events.find((event) => event.type === type));
  }

  hangUp(): void {
    this.#request?.destroy();
  }

  #description(): link.AgentDescription {
    return {
      agent_info: {
        ...(this.id.value === '' ? {} : { id: this.id }),
        hostname: this.#hostname,
        port: this.#port,
        resources: [scalar('cpus', 4), scalar('mem', 4096), scalar('disk', 4096)],
      },
      version: '1.12.0',
      ip: '127.0.0.1',
      capabilities: (
        ['MULTI_ROLE', 'HIERARCHICAL_ROLE', 'RESERVATION_REFINEMENT', 'AGENT_OPERATION_FEEDBACK'] as const
      ).map((type) => ({ type })),
    };
  }

  #dial(url: string, call: link.Call): Promise<void> {
    this.hangUp();
    this.#url = `${url}${PATH}`;
    return new Promise((resolve, reject) => {
      const request = http.request(this.#url, { method: 'POST', headers: HEADERS, agent: false });
      this.#request = request;
      request.on('error', reject);
      request.on('response', (response) => {
        this.#linkId = String(response.headers['mini-mesos-link-id']);
        const decoder = new RecordDecoder();
        response.on('data', (chunk: Buffer) => {
          for (const bytes of decoder.push(chunk)) this.events.push(decodeProtobuf('mini_mesos.link.Event', bytes));
        });
        response.on('error', () => undefined);
        if (response.statusCode === 200) resolve();
        else reject(new Error(`the master answered ${response.statusCode}`));
      });
      request.end(record(call));
    });
  }
}
