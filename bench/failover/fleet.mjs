// A process with thousands of emulated agents: each registers over a link of its own, answers pings, and comes back to
// another master with all its tasks. Orders come from the parent: register, prepare, reregister.
import http from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { decodeProtobuf, encodeProtobuf, encodeRecord, RecordDecoder } from '@mini-mesos/wire';

const HEADERS = { 'content-type': 'application/recordio', 'message-content-type': 'application/x-protobuf' };
const scalar = (name, value) => ({ name, type: 'SCALAR', scalar: { value } });
const record = (call) => encodeRecord(encodeProtobuf('mini_mesos.link.Call', call));
const RETRY_MS = 500;
const ATTEMPTS_MAX = 60;
const PONG = record({ type: 'PONG' });
// One connection for each agent, and no pool that would wait for one.
const sockets = new http.Agent({ keepAlive: false, maxSockets: Infinity });
const posts = new http.Agent({ keepAlive: true, maxSockets: 64 });

class EmulatedAgent {
  constructor(index) {
    this.index = index;
  }

  get description() {
    return {
      agent_info: {
        ...(this.id ? { id: this.id } : {}),
        hostname: `emulated-${this.index}`,
        port: 5051,
        resources: [scalar('cpus', 32), scalar('mem', 65_536), scalar('disk', 1e6)],
      },
      version: '1.12.0',
      ip: `10.${100 + (this.index >> 16)}.${(this.index >> 8) & 255}.${this.index & 255}`,
      capabilities: ['MULTI_ROLE', 'HIERARCHICAL_ROLE', 'RESERVATION_REFINEMENT'].map((type) => ({ type })),
    };
  }

  /** Everything it brings along, encoded before the clock runs. */
  prepare({ tasksEach, frameworks }) {
    const tasks = Array.from({ length: tasksEach }, (_, i) => {
      const id = { value: `task-${this.index}-${i}` };
      const framework = frameworks[(this.index + i) % frameworks.length];
      return {
        name: id.value,
        task_id: id,
        framework_id: framework.id,
        agent_id: this.id,
        state: 'TASK_RUNNING',
        resources: [scalar('cpus', 0.5), scalar('mem', 128)].map((resource) => ({
          ...resource,
          allocation_info: { role: framework.roles[0] },
        })),
      };
    });
    const own = new Set(tasks.map(({ framework_id: id }) => id.value));
    const call = {
      type: 'REREGISTER',
      reregister: { agent: this.description, tasks, frameworks: frameworks.filter(({ id }) => own.has(id.value)) },
    };
    this.reregistration = record(call);
  }

  register(url) {
    return this.#dial(url, record({ type: 'REGISTER', register: { agent: this.description } }));
  }

  reregister(url) {
    return this.#dial(url, this.reregistration);
  }

  /** Resolves when the master has taken it. */
  #dial(url, body) {
    this.request?.destroy();
    this.url = url;
    return new Promise((resolve, reject) => {
      const request = http.request(`${url}/mini-mesos/v1/agent`, { method: 'POST', agent: sockets, headers: HEADERS });
      this.request = request;
      request.on('error', reject);
      request.on('response', (response) => {
        if (response.statusCode !== 200) return reject(new Error(`registration was answered ${response.statusCode}`));
        this.link = response.headers['mini-mesos-link-id'];
        const decoder = new RecordDecoder();
        response.on('data', (chunk) => {
          for (const bytes of decoder.push(chunk))
            this.#handle(decodeProtobuf('mini_mesos.link.Event', bytes), resolve);
        });
        response.on('error', () => undefined);
      });
      request.end(body);
    });
  }

  #handle(event, taken) {
    if (event.type === 'REGISTERED') {
      this.id = event.registered.agent_id;
      taken();
    }
    if (event.type === 'REREGISTERED') taken();
    if (event.type === 'PING') this.#pong();
  }

  #pong() {
    const headers = { ...HEADERS, 'mini-mesos-link-id': this.link };
    const request = http.request(`${this.url}/mini-mesos/v1/agent`, { method: 'POST', agent: posts, headers });
    request.on('response', (response) => response.resume());
    request.on('error', () => undefined);
    request.end(PONG);
  }
}

let agents = [];

/** An agent whose connection breaks tries again, and its time goes on. */
async function untilTaken(attempt) {
  for (let left = ATTEMPTS_MAX; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0) throw error;
      await pause(RETRY_MS);
    }
  }
}

const orders = {
  async register({ url, count, atOnce }) {
    agents = Array.from({ length: count }, (_, index) => new EmulatedAgent(index));
    const waiting = [...agents];
    const worker = async () => {
      for (let agent = waiting.pop(); agent; agent = waiting.pop()) await untilTaken(() => agent.register(url));
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
  },
  async prepare(options) {
    for (const agent of agents) agent.prepare(options);
  },
  /** Each at its own moment of `spreadMs`, as agents back off after they lost a master. */
  async reregister({ url, spreadMs }) {
    const latenciesMs = [];
    await Promise.all(
      agents.map(async (agent, index) => {
        await pause((spreadMs * index) / agents.length);
        const startedMs = performance.now();
        await untilTaken(() => agent.reregister(url));
        latenciesMs.push(performance.now() - startedMs);
      }),
    );
    return latenciesMs;
  },
};

async function obey({ order, options }) {
  try {
    process.send({ result: await orders[order](options) });
  } catch (error) {
    process.send({ problem: error.stack });
  }
}

process.on('message', (message) => void obey(message));
process.on('disconnect', () => process.exit());
