// A master with agents that are nothing but offers: enough of Mesos to start executors as real processes, to lose
// them, and to lose the connection. Knows one framework.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeBody, encodeBody, encodeRecord, PROTOBUF_TYPE } from '@mini-mesos/wire';

const OFFER_AFTER_MS = 20;

export class FakeMaster {
  /** Types of the calls that came, in order. */
  calls = [];
  frameworks = [];
  /** Executors by task id: { process, resources, agent }. */
  tasks = new Map();
  #free;
  #offers = new Map();
  #stream;
  #server;
  #sockets = new Set();
  #suppressed = false;
  #folder = mkdtempSync(join(tmpdir(), 'fake-master-'));
  #nextOffer = 0;

  /** `agents`: cpus and mem of each, by name. */
  constructor(agents) {
    this.#free = new Map(Object.entries(agents).map(([name, amounts]) => [name, { ...amounts }]));
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  async listen() {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.address = `127.0.0.1:${this.#server.address().port}`;
    return this;
  }

  close() {
    for (const { process: child } of this.tasks.values()) child.kill('SIGKILL');
    this.disconnect();
    this.#server.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Breaks all connections; the framework has to subscribe again. */
  disconnect() {
    for (const socket of this.#sockets) socket.destroy();
  }

  async #answer(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const call = decodeBody('mesos.v1.scheduler.Call', PROTOBUF_TYPE, Buffer.concat(chunks));
    this.calls.push(call.type);
    if (call.type === 'SUBSCRIBE') return this.#subscribe(call.subscribe.framework_info, response);
    response.writeHead(202).end();
    this.#perform(call);
  }

  #subscribe(info, response) {
    this.frameworks.push(info);
    response.writeHead(200, { 'content-type': PROTOBUF_TYPE, 'mesos-stream-id': randomUUID() });
    this.#stream = response;
    this.#offers.clear();
    const framework_id = { value: info.id?.value ?? 'framework-1' };
    this.#send({ type: 'SUBSCRIBED', subscribed: { framework_id, heartbeat_interval_seconds: 15 } });
    this.#offerSoon();
  }

  #send(event) {
    this.#stream.write(encodeRecord(encodeBody('mesos.v1.scheduler.Event', PROTOBUF_TYPE, event)));
  }

  #perform(call) {
    if (call.type === 'ACCEPT') this.#accept(call.accept);
    if (call.type === 'DECLINE') for (const { value } of call.decline.offer_ids) this.#offers.delete(value);
    if (call.type === 'SUPPRESS') this.#suppressed = true;
    if (call.type === 'REVIVE') {
      this.#suppressed = false;
      this.#offerSoon();
    }
    if (call.type === 'KILL') this.tasks.get(call.kill.task_id.value)?.process.kill('SIGTERM');
    if (call.type === 'TEARDOWN') for (const { process: child } of this.tasks.values()) child.kill('SIGKILL');
  }

  #offerSoon() {
    setTimeout(() => this.#offer(), OFFER_AFTER_MS);
  }

  #offer() {
    if (this.#suppressed) return;
    const offers = [];
    for (const [agent, { cpus, mem, attributes = [] }] of this.#free) {
      if (cpus < 1 || [...this.#offers.values()].includes(agent)) continue;
      const id = { value: `offer-${this.#nextOffer++}` };
      this.#offers.set(id.value, agent);
      const scalar = (name, value) => ({ name, type: 'SCALAR', scalar: { value } });
      const resources = [scalar('cpus', cpus), scalar('mem', mem)];
      offers.push({
        id,
        framework_id: { value: 'framework-1' },
        agent_id: { value: agent },
        hostname: '127.0.0.1',
        resources,
        attributes,
        allocation_info: { role: '*' },
      });
    }
    if (offers.length > 0) this.#send({ type: 'OFFERS', offers: { offers } });
  }

  #accept({ offer_ids, operations }) {
    const agent = this.#offers.get(offer_ids[0].value);
    for (const { value } of offer_ids) this.#offers.delete(value);
    for (const { launch } of operations) for (const task of launch.task_infos) this.#start(agent, task);
  }

  #start(agent, { task_id, command, resources, name }) {
    const amount = (wanted) =>
      resources.filter((one) => one.name === wanted).reduce((sum, one) => sum + one.scalar.value, 0);
    const used = { cpus: amount('cpus'), mem: amount('mem') };
    this.#use(agent, used, -1);
    const env = Object.fromEntries(command.environment.variables.map((variable) => [variable.name, variable.value]));
    const child = spawn(command.value, command.shell ? [] : command.arguments.slice(1), {
      shell: command.shell,
      cwd: this.#folder,
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.tasks.set(task_id.value, { process: child, agent, name, ...used });
    this.#update(task_id.value, agent, 'TASK_RUNNING');
    child.on('exit', (code, signal) => {
      this.tasks.delete(task_id.value);
      this.#use(agent, used, 1);
      const message = `ended with ${signal ?? code}`;
      this.#update(
        task_id.value,
        agent,
        code === 0 ? 'TASK_FINISHED' : signal === 'SIGTERM' ? 'TASK_KILLED' : 'TASK_FAILED',
        message,
      );
    });
  }

  #use(agent, { cpus, mem }, sign) {
    const free = this.#free.get(agent);
    free.cpus += sign * cpus;
    free.mem += sign * mem;
  }

  #update(taskId, agent, state, message = '') {
    const status = {
      task_id: { value: taskId },
      agent_id: { value: agent },
      state,
      message,
      uuid: Buffer.from(randomUUID().replaceAll('-', ''), 'hex'),
    };
    this.#send({ type: 'UPDATE', update: { status } });
  }
}
