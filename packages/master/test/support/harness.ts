// A master machine with people around it: schedulers, agents, an allocator that gives what a test says. Every effect is
// kept, so that a test can look at what each of them was told.
import type { AllocatorCommand } from '@mini-mesos/allocator';
import { SeededRandom } from '@mini-mesos/daemon';
import type { FrameworkInfo, link, master, Offer, scheduler, TaskInfo, TaskState } from '@mini-mesos/proto';
import { Resources } from '@mini-mesos/resources';
import { asUuid } from '@mini-mesos/wire';
import type { AgentId, FrameworkId } from '@mini-mesos/wire';
import { DEFAULTS } from '../../src/core/config.js';
import type { MasterConfig } from '../../src/core/config.js';
import { timerKey } from '../../src/core/effects.js';
import type { ConnectionId, Effect, LinkId, RequestId, Timer } from '../../src/core/effects.js';
import type { MasterEvent } from '../../src/core/events.js';
import { MasterMachine } from '../../src/core/machine.js';

export const MASTER_ID = '00000000-0000-4000-8000-000000000000';

export const INFO = {
  id: MASTER_ID,
  ip: 16777343,
  port: 5050,
  pid: 'master@127.0.0.1:5050',
  hostname: '127.0.0.1',
  version: '1.12.0',
  address: { hostname: '127.0.0.1', ip: '127.0.0.1', port: 5050 },
};

export const AWARE: FrameworkInfo = {
  user: 'u',
  name: 'aware',
  roles: ['dev'],
  checkpoint: true,
  failover_timeout: 60,
  capabilities: (['MULTI_ROLE', 'PARTITION_AWARE', 'TASK_KILLING_STATE', 'RESERVATION_REFINEMENT'] as const).map(
    (type) => ({ type }),
  ),
};

export const resources = (text: string, role?: string): Resources => {
  const parsed = Resources.parse(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return role === undefined ? parsed.value : parsed.value.allocate(role);
};

export class Harness {
  readonly machine: MasterMachine;
  nowMs = 1_000_000;
  readonly events = new Map<ConnectionId, scheduler.Event[]>();
  readonly closed = new Set<string>();
  readonly told = new Map<LinkId, link.Event[]>();
  readonly commands: AllocatorCommand[] = [];
  readonly published: master.Event[] = [];
  readonly answers = new Map<RequestId, { status: number; text: string | undefined }>();
  readonly timers = new Map<string, { timer: Timer; atMs: number }>();
  readonly log: string[] = [];
  /** Why the master wants to end. */
  readonly aborted: string[] = [];
  /** Registry writes wait for `store()` when false. */
  storesAtOnce = true;
  readonly #unstored: number[] = [];
  #next = 0;

  constructor(config: Partial<MasterConfig> = {}, seed = 'test') {
    const random = new SeededRandom(seed);
    this.machine = new MasterMachine({ info: INFO, ...DEFAULTS, ...config }, (length) => random.bytes(length));
  }

  get state() {
    return this.machine.state;
  }

  send(event: MasterEvent): Effect[] {
    const effects = this.machine.handle(event, this.nowMs);
    for (const effect of effects) this.#note(effect);
    if (this.storesAtOnce) this.store();
    return effects;
  }

  store(): void {
    for (let id = this.#unstored.shift(); id !== undefined; id = this.#unstored.shift()) {
      this.send({ type: 'persisted', id });
    }
  }

  /** Moves the clock and fires the timers that are due, in order. */
  advance(ms: number): void {
    const end = this.nowMs + ms;
    for (;;) {
      const due = [...this.timers.entries()]
        .filter(([, { atMs }]) => atMs <= end)
        .sort((a, b) => a[1].atMs - b[1].atMs)[0];
      if (!due) break;
      const [key, { timer, atMs }] = due;
      this.timers.delete(key);
      this.nowMs = Math.max(this.nowMs, atMs);
      this.send({ type: 'timer', timer });
    }
    this.nowMs = end;
  }

  #note(effect: Effect): void {
    switch (effect.type) {
      case 'deliver':
        push(this.events, effect.connection, effect.event);
        break;
      case 'close-connection':
        this.closed.add(effect.connection);
        break;
      case 'link-send':
        push(this.told, effect.link, effect.event);
        break;
      case 'link-close':
        this.closed.add(effect.link);
        break;
      case 'allocator':
        this.commands.push(effect.command);
        break;
      case 'publish':
        this.published.push(effect.event);
        break;
      case 'persist':
        this.#unstored.push(effect.id);
        break;
      case 'answer':
        this.answers.set(effect.request, { status: effect.status, text: effect.text });
        break;
      case 'set-timer':
        this.timers.set(timerKey(effect.timer), { timer: effect.timer, atMs: this.nowMs + effect.delayMs });
        break;
      case 'cancel-timer':
        this.timers.delete(timerKey(effect.timer));
        break;
      case 'abort':
        this.aborted.push(effect.reason);
        break;
      case 'log':
        this.log.push(effect.text);
        break;
    }
  }

  subscribe(info: FrameworkInfo = AWARE, extra: Partial<scheduler.Call.Subscribe> = {}): Client {
    const connection = `connection-${++this.#next}` as ConnectionId;
    this.events.set(connection, []);
    this.send({
      type: 'subscribe',
      connection,
      call: {
        ...(info.id ? { framework_id: info.id } : {}),
        type: 'SUBSCRIBE',
        subscribe: { framework_info: info, ...extra },
      },
    });
    return new Client(this, connection);
  }

  register(
    text = 'cpus:4;mem:4096;disk:8192;ports:[31000-32000]',
    extra: Partial<link.AgentDescription> = {},
  ): Machine {
    const linkId = `link-${++this.#next}` as LinkId;
    this.told.set(linkId, []);
    const port = 5050 + this.#next;
    const agent: link.AgentDescription = {
      agent_info: { hostname: `host-${this.#next}`, port, resources: resources(text).toProto() },
      version: '1.12.0',
      ip: '127.0.0.1',
      capabilities: (['MULTI_ROLE', 'HIERARCHICAL_ROLE', 'TASK_RESOURCE_LIMITS'] as const).map((type) => ({ type })),
      ...extra,
    };
    this.send({ type: 'link-opened', link: linkId, call: { type: 'REGISTER', register: { agent } } });
    return new Machine(this, linkId, agent);
  }

  /** An offer of `text`, as if the allocator had made it. */
  offer(client: Client, agent: Machine, text: string, role = 'dev'): Offer {
    const allocation = { frameworkId: client.id, agentId: agent.id, role, resources: resources(text, role) };
    this.send({ type: 'allocated', allocations: [allocation] });
    const last = client.of('OFFERS').at(-1)?.offers?.offers?.at(-1);
    if (!last) throw new Error('no offer was made');
    return last;
  }

  request(): RequestId {
    return `request-${++this.#next}` as RequestId;
  }

  /** Resources recovered to the allocator for a framework on an agent, added up. */
  recovered(client: Client, agent: Machine): Resources {
    return Resources.sum(
      this.commands.flatMap((command) =>
        command.type === 'recover' && command.frameworkId === client.id && command.agentId === agent.id
          ? [command.resources]
          : [],
      ),
    );
  }
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** A scheduler on one connection. */
export class Client {
  readonly world: Harness;
  readonly connection: ConnectionId;

  constructor(world: Harness, connection: ConnectionId) {
    this.world = world;
    this.connection = connection;
  }

  get events(): scheduler.Event[] {
    return this.world.events.get(this.connection) ?? [];
  }

  get types(): (string | undefined)[] {
    return this.events.map(({ type }) => type);
  }

  get id(): FrameworkId {
    return this.of('SUBSCRIBED')[0]?.subscribed?.framework_id.value as FrameworkId;
  }

  get record() {
    const record = this.world.state.frameworks.get(this.id);
    if (!record) throw new Error(`framework ${this.id} is not registered`);
    return record;
  }

  get isClosed(): boolean {
    return this.world.closed.has(this.connection);
  }

  of(type: scheduler.Event.Type): scheduler.Event[] {
    return this.events.filter((event) => event.type === type);
  }

  /** States of the updates of a task, oldest first. */
  states(taskId: string): TaskState[] {
    return this.of('UPDATE').flatMap(({ update }) =>
      update?.status.task_id.value === taskId ? [update.status.state] : [],
    );
  }

  status(taskId: string) {
    return this.of('UPDATE').findLast(({ update }) => update?.status.task_id.value === taskId)?.update?.status;
  }

  call(call: scheduler.Call, connection: ConnectionId | undefined = this.connection) {
    const request = this.world.request();
    this.world.send({
      type: 'scheduler-call',
      request,
      call: { framework_id: { value: this.id }, ...call },
      connection,
    });
    return this.world.answers.get(request);
  }

  accept(offers: Offer[], operations: Offer.Operation[], refuseSeconds?: number) {
    return this.call({
      type: 'ACCEPT',
      accept: {
        offer_ids: offers.map(({ id }) => id),
        operations,
        ...(refuseSeconds === undefined ? {} : { filters: { refuse_seconds: refuseSeconds } }),
      },
    });
  }

  launch(offer: Offer, ...tasks: TaskInfo[]) {
    return this.accept([offer], [{ type: 'LAUNCH', launch: { task_infos: tasks } }]);
  }

  acknowledge(status: {
    agent_id?: { value: string } | undefined;
    task_id: { value: string };
    uuid?: Uint8Array | undefined;
  }) {
    return this.call({
      type: 'ACKNOWLEDGE',
      acknowledge: {
        agent_id: status.agent_id ?? { value: '' },
        task_id: status.task_id,
        uuid: status.uuid ?? new Uint8Array(16),
      },
    });
  }

  disconnect(): void {
    this.world.send({ type: 'connection-closed', connection: this.connection });
  }
}

/** An agent on one link. */
export class Machine {
  readonly world: Harness;
  readonly description: link.AgentDescription;
  linkId: LinkId;

  constructor(world: Harness, linkId: LinkId, description: link.AgentDescription) {
    this.world = world;
    this.linkId = linkId;
    this.description = description;
  }

  get id(): AgentId {
    const event = this.told.find(({ type }) => type === 'REGISTERED' || type === 'REREGISTERED');
    return (event?.registered ?? event?.reregistered)?.agent_id.value as AgentId;
  }

  get told(): link.Event[] {
    return this.world.told.get(this.linkId) ?? [];
  }

  get record() {
    const record = this.world.state.agents.get(this.id);
    if (!record) throw new Error(`agent ${this.id} is not registered`);
    return record;
  }

  of(type: link.Event.Type): link.Event[] {
    return this.told.filter((event) => event.type === type);
  }

  call(call: link.Call): void {
    this.world.send({ type: 'link-call', link: this.linkId, call });
  }

  /** Reports a state of a task, as its executor would. */
  update(client: Client, taskId: string, state: TaskState, latest = state) {
    const uuid = asUuid(
      Uint8Array.from({ length: 16 }, (_, i) => (taskId.length * 7 + state.length * 13 + i * 29) % 256),
    );
    const status = {
      task_id: { value: taskId },
      agent_id: { value: this.id },
      state,
      source: 'SOURCE_EXECUTOR' as const,
      timestamp: this.world.nowMs / 1000,
      uuid,
    };
    this.call({
      type: 'UPDATE_STATUS',
      update_status: { framework_id: { value: client.id }, status, latest_state: latest },
    });
    return status;
  }

  disconnect(): void {
    this.world.send({ type: 'link-closed', link: this.linkId });
  }

  /** Comes back on a new link, with what it says it runs. */
  reregister(what: Omit<link.Call.Reregister, 'agent'> = {}): void {
    const id = this.id;
    this.linkId = `${this.linkId}+` as LinkId;
    this.world.told.set(this.linkId, []);
    const agent = { ...this.description, agent_info: { ...this.description.agent_info, id: { value: id } } };
    this.world.send({
      type: 'link-opened',
      link: this.linkId,
      call: { type: 'REREGISTER', reregister: { agent, ...what } },
    });
  }
}

export function task(id: string, agent: Machine, text = 'cpus:1;mem:128', extra: Partial<TaskInfo> = {}): TaskInfo {
  return {
    name: id,
    task_id: { value: id },
    agent_id: { value: agent.id },
    resources: resources(text).toProto(),
    command: { value: 'true' },
    ...extra,
  };
}
