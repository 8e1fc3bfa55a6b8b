// The agents' side of a fake master: their state, their files and what their containers use.
import { seeded } from './seeded.mjs';

const READ_MAX = 64 * 1024;

const LINES = [
  (n) => `\u001b[32mINFO\u001b[0m  request ${n} served in ${(n * 7) % 90} ms`,
  (n) => `\u001b[32mINFO\u001b[0m  cache: ${900 + (n % 100)} of 1000 entries, hit rate 0.${80 + (n % 19)}`,
  (n) => `\u001b[33mWARN\u001b[0m  slow query (${300 + (n % 400)} ms): select * from orders where customer = ${n}`,
  (n) => `\u001b[36mDEBUG\u001b[0m connection pool: 12 open, ${n % 12} busy`,
  (n) => `\u001b[1;31mERROR\u001b[0m payment ${n} was refused: card expired (will be tried again in 30 s)`,
];

export class FakeSandboxes {
  /** By agent and path: the bytes. */
  files = new Map();
  #cluster;
  #random;
  #cpu = new Map();

  constructor(cluster, seed = 11) {
    this.#cluster = cluster;
    this.#random = seeded(seed);
  }

  executors(agentId) {
    const executors = new Map();
    const add = (task, isActive) => {
      if (task.agent_id.value !== agentId) return;
      const id = task.executor_id?.value ?? task.task_id.value;
      const frameworkId = task.framework_id.value;
      const key = `${frameworkId} ${id}`;
      const executor = executors.get(key) ?? {
        id,
        name: task.executor_id ? '' : `Command Executor (Task: ${task.name})`,
        source: id,
        container: '',
        directory: `/var/lib/mini-mesos/slaves/${agentId}/frameworks/${frameworkId}/executors/${id}/runs/latest`,
        type: task.executor_id ? 'DEFAULT' : undefined,
        frameworkId,
        isActive: false,
        tasks: [],
        completed_tasks: [],
      };
      (isActive ? executor.tasks : executor.completed_tasks).push({ id: task.task_id.value, name: task.name });
      executor.isActive ||= isActive;
      executors.set(key, executor);
    };
    for (const task of this.#cluster.tasks.values()) add(task, true);
    for (const task of this.#cluster.completedTasks) add(task, false);
    return [...executors.values()];
  }

  state(agentId) {
    const frameworks = new Map();
    for (const executor of this.executors(agentId)) {
      const known = frameworks.get(executor.frameworkId) ?? {
        id: executor.frameworkId,
        executors: [],
        completed_executors: [],
      };
      (executor.isActive ? known.executors : known.completed_executors).push(executor);
      frameworks.set(executor.frameworkId, known);
    }
    return { id: agentId, frameworks: [...frameworks.values()], completed_frameworks: [] };
  }

  /** The directories and files of one sandbox are made when they are first asked for. */
  browse(agentId, path) {
    const directory = path.replace(/\/+$/, '');
    if (!this.#isSandbox(agentId, directory)) return undefined;
    this.#fill(agentId, directory);
    const entries = new Map();
    for (const [key, bytes] of this.files) {
      if (!key.startsWith(`${agentId} ${directory}/`)) continue;
      const [name, ...rest] = key.slice(agentId.length + directory.length + 2).split('/');
      const isDirectory = rest.length > 0;
      entries.set(name, {
        path: `${directory}/${name}`,
        mode: isDirectory ? 'drwxr-xr-x' : '-rw-r--r--',
        nlink: 1,
        size: isDirectory ? 4096 : bytes.length,
        mtime: Math.floor(this.#cluster.nowMs / 1000),
        uid: 'root',
        gid: 'root',
      });
    }
    return [...entries.values()];
  }

  file(agentId, path) {
    const known = this.files.get(`${agentId} ${path}`);
    if (known) return known;
    const directory = path.slice(0, path.lastIndexOf('/'));
    if (!this.#isSandbox(agentId, directory)) return undefined;
    this.#fill(agentId, directory);
    return this.files.get(`${agentId} ${path}`);
  }

  append(agentId, path, data) {
    const bytes = this.file(agentId, path) ?? Buffer.alloc(0);
    this.files.set(`${agentId} ${path}`, Buffer.concat([bytes, Buffer.from(data)]));
  }

  /** Text as a Mesos agent gives it, and the size where the offset is -1. */
  read(agentId, path, { offset, length }) {
    const bytes = this.file(agentId, path);
    if (!bytes) return undefined;
    if (offset < 0) return { data: '', offset: bytes.length };
    const end = Math.min(bytes.length, offset + Math.min(length < 0 ? READ_MAX : length, READ_MAX));
    return { data: bytes.subarray(Math.min(offset, end), end).toString(), offset };
  }

  /** Every stdout that was looked at grows. */
  grow() {
    for (const [key, bytes] of this.files) {
      if (!key.endsWith('/stdout')) continue;
      const count = 1 + this.#random.below(3);
      const lines = Array.from({ length: count }, () => this.#line());
      this.files.set(key, Buffer.concat([bytes, Buffer.from(lines.join(''))]));
    }
  }

  statistics(agentId) {
    return this.executors(agentId)
      .filter(({ isActive }) => isActive)
      .map((executor) => {
        const key = `${executor.frameworkId} ${executor.id}`;
        const timestamp = Date.now() / 1000;
        const before = this.#cpu.get(key) ?? { timestamp: timestamp - 3, used: 100, rate: this.#random.next() };
        const used = before.used + (timestamp - before.timestamp) * before.rate;
        this.#cpu.set(key, { timestamp, used, rate: before.rate });
        return {
          executor_id: executor.id,
          executor_name: executor.name,
          framework_id: executor.frameworkId,
          source: executor.id,
          statistics: {
            timestamp,
            cpus_user_time_secs: used * 0.8,
            cpus_system_time_secs: used * 0.2,
            cpus_limit: 1.1,
            mem_rss_bytes: Math.floor(before.rate * 900) * 1024 * 1024,
            mem_limit_bytes: 1056 * 1024 * 1024,
          },
        };
      });
  }

  #isSandbox(agentId, directory) {
    return this.executors(agentId).some(
      ({ directory: root }) => directory === root || directory.startsWith(`${root}/`),
    );
  }

  #fill(agentId, directory) {
    const has = [...this.files.keys()].some((key) => key.startsWith(`${agentId} ${directory}/`));
    if (has) return;
    const put = (name, content) => this.files.set(`${agentId} ${directory}/${name}`, Buffer.from(content));
    put('stdout', Array.from({ length: 400 }, () => this.#line()).join(''));
    put('stderr', 'I1120 10:41:43.071258 Executor started\nI1120 10:41:43.205931 Running docker-entrypoint.sh\n');
    put('application.tar.gz', Buffer.alloc(48_211, 0));
    put('conf/application.properties', 'http.port=31044\nlog.level=debug\n# café, größer, 日本語\n');
    put('conf/logback.xml', '<configuration/>\n');
    put('data/part-00000', 'a,b,c\n1,2,3\n');
  }

  #line() {
    const number = this.#random.below(100_000);
    const at = new Date(this.#cluster.nowMs).toISOString();
    return `${at} ${this.#random.pick(LINES)(number)}\n`;
  }
}
