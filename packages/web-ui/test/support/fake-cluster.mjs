// A simulated cluster in the shapes of the v1 API: agents, frameworks whose tasks come and go, offers, sandboxes that
// grow. It changes by step() or by the methods that tests call; every change is also an event.
import { seeded } from './seeded.mjs';

const scalar = (name, value, extra = {}) => ({ name, type: 'SCALAR', scalar: { value }, ...extra });
const ports = (begin, end, extra = {}) => ({
  name: 'ports',
  type: 'RANGES',
  ranges: { range: [{ begin, end }] },
  ...extra,
});
const round = (value) => Math.round(value * 1000) / 1000;
const ACTIVE = new Set(['TASK_STAGING', 'TASK_STARTING', 'TASK_RUNNING', 'TASK_KILLING']);

const KINDS = [
  { name: 'web-shop', role: 'services/web', task: 'web', cpus: 0.5, mem: 256, lasts: 0.02, fails: 0.1, weight: 2 },
  { name: 'search-index', role: 'services/search', task: 'shard', cpus: 1, mem: 2048, lasts: 0.03, fails: 0.05 },
  {
    name: 'nightly-etl (Spark)',
    role: 'analytics/batch',
    task: 'Task',
    cpus: 1,
    mem: 1024,
    lasts: 0.08,
    fails: 0.06,
    pod: true,
  },
  { name: 'ad-hoc notebooks', role: 'analytics/adhoc', task: 'cell', cpus: 2, mem: 3072, lasts: 0.05, fails: 0.15 },
  { name: 'ci-runners', role: 'dev', task: 'build', cpus: 1.5, mem: 1536, lasts: 0.06, fails: 0.25 },
];

export class FakeCluster {
  agents = new Map();
  frameworks = new Map();
  completedFrameworks = [];
  tasks = new Map();
  completedTasks = [];
  offers = new Map();
  /** Called with every event. */
  onEvent = () => undefined;

  constructor({ seed = 7, agents = 6, frameworks = KINDS.length, tasks = 40, nowMs = Date.now() } = {}) {
    this.random = seeded(seed);
    this.masterId = this.random.uuid();
    this.nowMs = nowMs;
    this.startMs = nowMs - 3 * 3600_000;
    this.counts = { task: 0, offer: 0 };
    for (let index = 0; index < agents; index += 1) this.addAgent(index);
    for (let index = 0; index < frameworks; index += 1) this.addFramework(KINDS[index % KINDS.length]);
    if (frameworks > 0) this.#addCompletedFramework();
    this.#populate(tasks);
    if (frameworks > 0) this.#makeOffers();
  }

  /** Time goes on and the cluster lives. */
  step(ms = 1000) {
    this.nowMs += ms;
    for (const task of [...this.tasks.values()]) this.#live(task, ms);
    const wanted = Math.round(this.frameworks.size * 0.5 * (ms / 1000) + this.random.next());
    for (let index = 0; index < wanted; index += 1) {
      const framework = this.random.pick([...this.frameworks.values()]);
      if (framework) this.launch(framework);
    }
    this.#makeOffers();
  }

  addAgent(index = this.agents.size) {
    const big = index % 3 === 0;
    const gpus = index % 4 === 1 ? 2 : 0;
    const id = `${this.masterId}-S${index}`;
    const reserved = index % 5 === 2;
    const resources = [
      scalar('cpus', big ? 16 : 8, { role: '*' }),
      scalar('mem', big ? 65536 : 31744, { role: '*' }),
      scalar('disk', 204800, { role: '*' }),
      ...(gpus ? [scalar('gpus', gpus, { role: '*' })] : []),
      ports(31000, 32000, { role: '*' }),
    ];
    const reservation = { reservations: [{ type: 'DYNAMIC', role: 'services/search', principal: 'ops' }] };
    if (reserved) {
      resources[0].scalar.value -= 2;
      resources[1].scalar.value -= 4096;
      resources.push(scalar('cpus', 2, reservation), scalar('mem', 4096, reservation));
    }
    const isDraining = index === 4;
    const agent = {
      agent_info: {
        hostname: `node-${String(index + 1).padStart(2, '0')}.example.net`,
        port: 5051,
        resources,
        attributes: [
          { name: 'rack', type: 'TEXT', text: { value: `r${(index % 3) + 1}` } },
          { name: 'os', type: 'TEXT', text: { value: index % 2 ? 'debian12' : 'debian13' } },
          ...(gpus ? [{ name: 'gpu_gen', type: 'SCALAR', scalar: { value: 9 } }] : []),
        ],
        id: { value: id },
        checkpoint: true,
      },
      active: !isDraining,
      deactivated: isDraining,
      ...(isDraining
        ? {
            drain_info: {
              state: 'DRAINING',
              config: { max_grace_period: { nanoseconds: 600e9 }, mark_gone: false },
            },
          }
        : {}),
      version: index % 4 === 3 ? '0.0.9' : '0.1.0',
      pid: `slave(1)@10.0.0.${index + 11}:5051`,
      registered_time: { nanoseconds: (this.startMs + 60_000 * (index % 50)) * 1e6 },
      total_resources: resources,
      capabilities: [{ type: 'MULTI_ROLE' }, { type: 'AGENT_DRAINING' }],
    };
    this.agents.set(id, agent);
    this.onEvent({ type: 'AGENT_ADDED', agent_added: { agent } });
    return agent;
  }

  removeAgent(id) {
    for (const task of [...this.tasks.values()].filter(({ agent_id: of }) => of.value === id)) {
      this.update(task, 'TASK_UNREACHABLE', {
        message: 'Agent was marked unreachable',
        reason: 'REASON_AGENT_REMOVED',
        source: 'SOURCE_MASTER',
      });
    }
    for (const [offerId, offer] of this.offers) if (offer.agent_id.value === id) this.offers.delete(offerId);
    this.agents.delete(id);
    this.onEvent({ type: 'AGENT_REMOVED', agent_removed: { agent_id: { value: id } } });
  }

  addFramework(kind = KINDS[0]) {
    const id = `${this.masterId}-${String(this.frameworks.size + this.completedFrameworks.length).padStart(4, '0')}`;
    const framework = {
      framework_info: {
        user: 'root',
        name: kind.name,
        id: { value: id },
        failover_timeout: 604800,
        checkpoint: true,
        roles: [kind.role],
        hostname: 'scheduler.example.net',
        webui_url: 'http://127.0.0.1:4040/',
        capabilities: [{ type: 'MULTI_ROLE' }, { type: 'PARTITION_AWARE' }, { type: 'TASK_KILLING_STATE' }],
        labels: { labels: [{ key: 'team', value: kind.role.split('/')[0] }] },
      },
      active: true,
      connected: true,
      recovered: false,
      registered_time: { nanoseconds: (this.startMs + 120_000) * 1e6 },
      reregistered_time: { nanoseconds: (this.startMs + 120_000) * 1e6 },
    };
    this.frameworks.set(id, framework);
    this.#kinds.set(id, kind);
    this.onEvent({ type: 'FRAMEWORK_ADDED', framework_added: { framework } });
    return framework;
  }

  #kinds = new Map();

  tearDown(id) {
    const framework = this.frameworks.get(id);
    if (!framework) return false;
    for (const task of [...this.tasks.values()].filter(({ framework_id: of }) => of.value === id)) {
      this.update(task, 'TASK_KILLED', {
        message: `Framework ${id} removed`,
        reason: 'REASON_FRAMEWORK_REMOVED',
        source: 'SOURCE_MASTER',
      });
    }
    for (const [offerId, offer] of this.offers) if (offer.framework_id.value === id) this.offers.delete(offerId);
    this.frameworks.delete(id);
    this.completedFrameworks.push({
      ...framework,
      active: false,
      connected: false,
      unregistered_time: { nanoseconds: this.nowMs * 1e6 },
    });
    this.onEvent({ type: 'FRAMEWORK_REMOVED', framework_removed: { framework_info: framework.framework_info } });
    return true;
  }

  /** Puts a new task on an agent with room for it; undefined where there is none. */
  launch(framework, { name, launchedMs = this.nowMs } = {}) {
    const frameworkId = framework.framework_info.id.value;
    const kind = this.#kinds.get(frameworkId) ?? KINDS[0];
    const agent = this.#agentWithRoom(kind);
    if (!agent) return undefined;
    this.counts.task += 1;
    const number = this.counts.task;
    const id = name ?? `${kind.task}-${number}.${this.random.uuid().slice(0, 8)}`;
    const allocation = { allocation_info: { role: kind.role } };
    const task = {
      name: name ?? `${kind.task}-${number}`,
      task_id: { value: id },
      framework_id: { value: frameworkId },
      ...(kind.pod ? { executor_id: { value: `executor-${(number % 3) + 1}` } } : {}),
      agent_id: { value: agent.agent_info.id.value },
      state: 'TASK_STAGING',
      resources: [
        scalar('cpus', kind.cpus, allocation),
        scalar('mem', kind.mem, allocation),
        ...(kind.task === 'web' ? [ports(31000 + (number % 900), 31000 + (number % 900), allocation)] : []),
      ],
      statuses: [],
      labels: { labels: [{ key: 'app', value: kind.task }] },
    };
    task.launchedMs = launchedMs;
    this.tasks.set(`${frameworkId}/${id}`, task);
    this.#charge(task, 1);
    this.onEvent({ type: 'TASK_ADDED', task_added: { task: plain(task) } });
    return task;
  }

  update(task, state, { message, reason, source = 'SOURCE_EXECUTOR', atMs = this.nowMs, healthy } = {}) {
    task.container ??= this.random.uuid();
    const status = {
      task_id: task.task_id,
      state,
      source,
      agent_id: task.agent_id,
      executor_id: { value: task.executor_id?.value ?? task.task_id.value },
      timestamp: atMs / 1000,
      ...(message ? { message } : {}),
      ...(reason ? { reason } : {}),
      ...(healthy === undefined ? {} : { healthy }),
      container_status: {
        container_id: { value: task.container },
        executor_pid: 4000 + this.counts.task,
        network_infos: [{ ip_addresses: [{ protocol: 'IPv4', ip_address: '10.0.0.12' }] }],
      },
    };
    if (ACTIVE.has(task.state) && !ACTIVE.has(state)) this.#charge(task, -1);
    task.state = state;
    task.statuses = [...task.statuses, status];
    this.onEvent({ type: 'TASK_UPDATED', task_updated: { framework_id: task.framework_id, status, state } });
    if (ACTIVE.has(state) || state === 'TASK_UNREACHABLE') return;
    this.tasks.delete(`${task.framework_id.value}/${task.task_id.value}`);
    this.completedTasks.push(task);
    if (this.completedTasks.length > 20_000) this.completedTasks.shift();
  }

  #live(task, ms) {
    const kind = this.#kinds.get(task.framework_id.value) ?? KINDS[0];
    const seconds = ms / 1000;
    if (task.state === 'TASK_STAGING') this.update(task, 'TASK_STARTING');
    else if (task.state === 'TASK_STARTING')
      this.update(task, 'TASK_RUNNING', kind.task === 'web' ? { healthy: true } : {});
    else if (task.state === 'TASK_KILLING') {
      this.update(task, 'TASK_KILLED', { message: 'Command terminated with signal Terminated' });
    } else if (task.state === 'TASK_RUNNING' && this.random.next() < kind.lasts * seconds) this.#end(task, kind);
  }

  #end(task, kind, atMs = this.nowMs) {
    if (this.random.next() >= kind.fails) {
      this.update(task, 'TASK_FINISHED', { message: 'Command exited with status 0', atMs });
    } else if (this.random.next() < 0.4) {
      this.update(task, 'TASK_FAILED', {
        message: 'Memory limit exceeded: Requested: 1024MB Maximum Used: 1024MB',
        reason: 'REASON_CONTAINER_LIMITATION_MEMORY',
        source: 'SOURCE_AGENT',
        atMs,
      });
    } else
      this.update(task, 'TASK_FAILED', {
        message: 'Command exited with status 7',
        reason: 'REASON_COMMAND_EXECUTOR_FAILED',
        atMs,
      });
  }

  /** A past: completed tasks of the last hours and running ones. */
  #populate(wanted) {
    const frameworks = [...this.frameworks.values()];
    if (frameworks.length === 0) return;
    const { nowMs } = this;
    const active = Math.max(4, Math.min(wanted, Math.round(wanted * 0.7)));
    for (let index = 0; index < wanted; index += 1) {
      const framework = frameworks[index % frameworks.length];
      const isActive = index >= wanted - active;
      const agoMs = isActive ? 30_000 + this.random.below(7_000_000) : 60_000 + this.random.below(9_000_000);
      const task = this.launch(framework, { launchedMs: nowMs - agoMs });
      if (!task) continue;
      const kind = this.#kinds.get(framework.framework_info.id.value);
      this.update(task, 'TASK_STARTING', { atMs: nowMs - agoMs + 300 });
      this.update(task, 'TASK_RUNNING', { atMs: nowMs - agoMs + 900 });
      if (!isActive) this.#end(task, kind, nowMs - agoMs + this.random.below(agoMs - 1000));
    }
  }

  #addCompletedFramework() {
    const framework = this.addFramework({ ...KINDS[3], name: 'one-off import' });
    const id = framework.framework_info.id.value;
    this.frameworks.delete(id);
    this.completedFrameworks.push({
      ...framework,
      active: false,
      connected: false,
      unregistered_time: { nanoseconds: (this.nowMs - 1_500_000) * 1e6 },
    });
  }

  /** One offer of what is free on some agents, to whom it was the turn of. */
  #makeOffers() {
    this.offers.clear();
    const frameworks = [...this.frameworks.values()];
    for (const [index, agent] of [...this.agents.values()].entries()) {
      if ((index + Math.floor(this.nowMs / 4000)) % 3 !== 0 || this.offers.size >= 40) continue;
      const framework = frameworks[index % Math.max(1, frameworks.length)];
      if (!framework || !agent.active) continue;
      const free = this.freeOf(agent);
      if (free.cpus < 0.1 || free.mem < 64) continue;
      const [role] = framework.framework_info.roles;
      const allocation = { allocation_info: { role } };
      const id = `${this.masterId}-O${this.counts.offer++}`;
      this.offers.set(id, {
        id: { value: id },
        framework_id: framework.framework_info.id,
        agent_id: agent.agent_info.id,
        hostname: agent.agent_info.hostname,
        resources: [
          scalar('cpus', round(free.cpus / 2), allocation),
          scalar('mem', Math.floor(free.mem / 2), allocation),
          ports(31900, 32000, allocation),
        ],
        allocation_info: { role },
      });
    }
  }

  #agentWithRoom({ cpus, mem }) {
    const agents = [...this.agents.values()];
    const start = this.random.below(agents.length || 1);
    for (let index = 0; index < agents.length; index += 1) {
      const agent = agents[(start + index) % agents.length];
      const free = this.freeOf(agent);
      if (agent.active && free.cpus >= cpus && free.mem >= mem) return agent;
    }
    return undefined;
  }

  #used = new Map();

  /** Active tasks only; kept up to date as tasks come and go. */
  usedOf(agent) {
    return this.#used.get(agent.agent_info.id.value) ?? { cpus: 0, mem: 0 };
  }

  #charge(task, sign) {
    const id = task.agent_id.value;
    const used = { ...(this.#used.get(id) ?? { cpus: 0, mem: 0 }) };
    for (const { name, scalar: amount } of task.resources)
      if (amount) used[name] = round(used[name] + sign * amount.value);
    this.#used.set(id, used);
  }

  freeOf(agent) {
    const used = this.usedOf(agent);
    const total = { cpus: 0, mem: 0 };
    for (const { name, scalar: amount, reservations } of agent.total_resources) {
      if (amount && name in total && !reservations) total[name] += amount.value;
    }
    return { cpus: round(total.cpus - used.cpus), mem: total.mem - used.mem };
  }

  // What the API shows.

  /** By role, as allocated_resources are. */
  #allocated(tasks) {
    const byRole = new Map();
    for (const task of tasks) {
      if (!ACTIVE.has(task.state)) continue;
      for (const { name, scalar: amount, allocation_info: allocation } of task.resources) {
        if (!amount) continue;
        const key = `${name} ${allocation.role}`;
        byRole.set(key, round((byRole.get(key) ?? 0) + amount.value));
      }
    }
    return [...byRole].map(([key, value]) => {
      const [name, role] = key.split(' ');
      return scalar(name, value, { role: '*', allocation_info: { role } });
    });
  }

  getAgents() {
    const tasks = groupBy(this.tasks.values(), (task) => task.agent_id.value);
    const offers = groupBy(this.offers.values(), (offer) => offer.agent_id.value);
    const agents = [...this.agents.values()].map((agent) => ({
      ...agent,
      allocated_resources: this.#allocated(tasks.get(agent.agent_info.id.value) ?? []),
      offered_resources: (offers.get(agent.agent_info.id.value) ?? []).flatMap(({ resources }) => resources),
    }));
    return { agents, recovered_agents: [] };
  }

  getFrameworks() {
    const tasks = groupBy(this.tasks.values(), (task) => task.framework_id.value);
    const offers = groupBy(this.offers.values(), (offer) => offer.framework_id.value);
    const frameworks = [...this.frameworks.values()].map((framework) => {
      const id = framework.framework_info.id.value;
      const own = offers.get(id) ?? [];
      return {
        ...framework,
        offers: own,
        allocated_resources: this.#allocated(tasks.get(id) ?? []),
        offered_resources: own.flatMap(({ resources }) => resources),
      };
    });
    return { frameworks, completed_frameworks: this.completedFrameworks };
  }

  getTasks() {
    const all = [...this.tasks.values()];
    return {
      tasks: all.filter(({ state }) => state !== 'TASK_UNREACHABLE').map(plain),
      unreachable_tasks: all.filter(({ state }) => state === 'TASK_UNREACHABLE').map(plain),
      completed_tasks: this.completedTasks.map(plain),
    };
  }

  getExecutors() {
    const executors = new Map();
    for (const { executor_id: id, framework_id: framework, agent_id: agent } of this.tasks.values()) {
      if (!id) continue;
      executors.set(`${framework.value} ${id.value} ${agent.value}`, {
        executor_info: { type: 'DEFAULT', executor_id: id, framework_id: framework },
        agent_id: agent,
      });
    }
    return { executors: [...executors.values()] };
  }

  getState() {
    return {
      get_tasks: this.getTasks(),
      get_executors: this.getExecutors(),
      get_frameworks: this.getFrameworks(),
      get_agents: this.getAgents(),
    };
  }

  roles() {
    const names = new Set();
    for (const { framework_info: info } of this.frameworks.values()) {
      for (const role of info.roles) {
        const parts = role.split('/');
        for (let count = 1; count <= parts.length; count += 1) names.add(parts.slice(0, count).join('/'));
      }
    }
    const { frameworks } = this.getFrameworks();
    const sum = (resources) => {
      const sums = {};
      for (const { name, scalar: amount } of resources)
        if (amount) sums[name] = round((sums[name] ?? 0) + amount.value);
      return sums;
    };
    return [...names]
      .toSorted((a, b) => (a < b ? -1 : 1))
      .map((name) => {
        const isBelow = (role) => role === name || role.startsWith(`${name}/`);
        const own = frameworks.filter(({ framework_info: info }) => info.roles.some(isBelow));
        const allocated = sum(own.flatMap(({ allocated_resources: all }) => all));
        const weight = name === 'services' ? 3 : name === 'services/web' ? 2 : name === 'dev' ? 0.5 : 1;
        return {
          name,
          weight,
          quota: {
            role: name,
            guarantee: name === 'services' ? { cpus: 16, mem: 32768 } : {},
            limit: name === 'dev' ? { cpus: 6 } : name === 'services' ? { cpus: 40 } : {},
            consumed: allocated,
          },
          allocated,
          offered: sum(own.flatMap(({ offered_resources: all }) => all)),
          reserved: name === 'services/search' || name === 'services' ? { cpus: 2, mem: 4096 } : {},
          resources: allocated,
          frameworks: frameworks
            .filter(({ framework_info: info }) => info.roles.includes(name))
            .map(({ framework_info: info }) => info.id.value),
        };
      });
  }

  metrics() {
    const total = { cpus: 0, mem: 0, disk: 0, gpus: 0 };
    const used = { cpus: 0, mem: 0, disk: 0, gpus: 0 };
    const offered = { cpus: 0, mem: 0, disk: 0, gpus: 0 };
    const add = (to, resources) => {
      for (const { name, scalar: amount } of resources) if (amount) to[name] = round((to[name] ?? 0) + amount.value);
    };
    for (const agent of this.agents.values()) add(total, agent.total_resources);
    for (const task of this.tasks.values()) if (ACTIVE.has(task.state)) add(used, task.resources);
    for (const offer of this.offers.values()) add(offered, offer.resources);
    const metrics = {
      'master/elected': 1,
      'master/outstanding_offers': this.offers.size,
      'allocator/mesos/allocation_run_ms': 0.42,
      'allocator/mesos/allocation_run_ms/p50': round(0.31 + this.random.next() * 0.2),
      'allocator/mesos/allocation_run_ms/p99': 2.4,
      'allocator/mesos/allocation_runs': 1200,
    };
    for (const name of Object.keys(total)) {
      metrics[`master/${name}_total`] = total[name];
      metrics[`master/${name}_used`] = used[name];
      metrics[`allocator/mesos/resources/${name}/total`] = total[name];
      metrics[`allocator/mesos/resources/${name}/offered_or_allocated`] = round(used[name] + offered[name]);
    }
    return metrics;
  }
}

function plain({ launchedMs: _launchedMs, container: _container, ...task }) {
  return task;
}

function groupBy(items, keyOf) {
  const groups = new Map();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
