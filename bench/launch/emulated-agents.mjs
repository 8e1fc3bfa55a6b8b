// Agents that run nothing: they register over the real link and answer every task with RUNNING and FINISHED, each
// sent once the one before was acknowledged, as a real agent does.
import { randomBytes } from 'node:crypto';
import { Agent, request } from 'undici';
import { decodeProtobuf, encodeProtobuf, encodeRecord, RecordDecoder } from '@mini-mesos/wire';

const PATH = '/mini-mesos/v1/agent';
const HEADERS = { 'content-type': 'application/recordio', 'message-content-type': 'application/x-protobuf' };
const record = (call) => encodeRecord(encodeProtobuf('mini_mesos.link.Call', call));
const scalar = (name, value) => ({ name, type: 'SCALAR', scalar: { value } });

export async function emulateAgents(url, { count, cpus }) {
  const dispatcher = new Agent({ bodyTimeout: 0, headersTimeout: 0 });
  const agents = await Promise.all(
    Array.from({ length: count }, (_, i) => EmulatedAgent.register(url, { dispatcher, port: 20_000 + i, cpus })),
  );
  return { close: () => agents.forEach((agent) => agent.close()) };
}

class EmulatedAgent {
  #calls = [];
  #isPosting = false;
  #waiting = new Map();

  static async register(url, { dispatcher, port, cpus }) {
    const agent = new EmulatedAgent();
    agent.url = url + PATH;
    agent.dispatcher = dispatcher;
    const resources = [scalar('cpus', cpus), scalar('mem', 1e6), scalar('disk', 1e6)];
    const description = {
      agent_info: { hostname: `emulated-${port}`, port, resources },
      version: '1.12.0',
      ip: '127.0.0.1',
      capabilities: ['MULTI_ROLE', 'HIERARCHICAL_ROLE', 'RESERVATION_REFINEMENT'].map((type) => ({ type })),
    };
    const { headers, body } = await request(agent.url, {
      method: 'POST',
      headers: HEADERS,
      body: record({ type: 'REGISTER', register: { agent: description } }),
      dispatcher,
    });
    agent.body = body;
    agent.link = headers['mini-mesos-link-id'];
    body.on('error', () => undefined);
    await new Promise((resolve) => {
      // Reading ends with an error when the bench closes the link.
      agent.#read(resolve).catch(() => undefined);
    });
    return agent;
  }

  close() {
    this.body.destroy();
  }

  async #read(registered) {
    const decoder = new RecordDecoder();
    for await (const chunk of this.body) {
      for (const bytes of decoder.push(chunk)) this.#handle(decodeProtobuf('mini_mesos.link.Event', bytes), registered);
    }
  }

  #handle(event, registered) {
    switch (event.type) {
      case 'REGISTERED':
        this.id = event.registered.agent_id;
        return registered();
      case 'PING':
        return this.#send({ type: 'PONG' });
      case 'RUN_TASK':
        return this.#report(event.run_task.framework.id, event.run_task.task.task_id, 'TASK_RUNNING');
      case 'ACKNOWLEDGE_STATUS': {
        const { framework_id: framework, task_id: task } = event.acknowledge_status;
        const next = this.#waiting.get(task.value);
        this.#waiting.delete(task.value);
        if (next) this.#report(framework, task, next);
      }
    }
  }

  #report(framework, task, state) {
    if (state === 'TASK_RUNNING') this.#waiting.set(task.value, 'TASK_FINISHED');
    const status = {
      task_id: task,
      agent_id: this.id,
      executor_id: task,
      state,
      source: 'SOURCE_EXECUTOR',
      timestamp: Date.now() / 1000,
      uuid: randomBytes(16),
    };
    this.#send({
      type: 'UPDATE_STATUS',
      update_status: { framework_id: framework, status, latest_state: state },
    });
  }

  #send(call) {
    this.#calls.push(record(call));
    if (!this.#isPosting) void this.#flush();
  }

  async #flush() {
    this.#isPosting = true;
    // Everything that happens in this turn goes up together.
    await new Promise(setImmediate);
    while (this.#calls.length > 0) {
      const body = Buffer.concat(this.#calls.splice(0));
      const headers = { ...HEADERS, 'mini-mesos-link-id': this.link };
      const response = await request(this.url, { method: 'POST', headers, body, dispatcher: this.dispatcher });
      await response.body.dump();
    }
    this.#isPosting = false;
  }
}
