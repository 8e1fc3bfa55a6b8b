// Goal: an agent as users and operators meet it. Method: startAgent on this machine with real processes, against a
// master's end of the link on real sockets.
import { existsSync, mkdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AgentWorld, flagsOf } from './support/agent-world.js';
import { frameworkInfo, scalar, taskInfo, uuid } from './support/harness.js';
import { PATIENCE_MS, runs, temporaryDirectory, until } from './support/launcher-world.js';

const framework = frameworkInfo({ user: 'root', checkpoint: true });
const command = (value: string, overrides = {}) => ({ command: { value }, ...overrides });

interface StateExecutor {
  id: string;
  directory: string;
  tasks: { id: string; state: string }[];
}
interface State {
  id: string;
  frameworks: { executors: StateExecutor[]; completed_executors: StateExecutor[] }[];
  completed_frameworks: { completed_executors: StateExecutor[] }[];
}

let world: AgentWorld;
beforeAll(async () => {
  world = await AgentWorld.start();
});
afterAll(() => world.close(), PATIENCE_MS);

async function executorOf(id: string): Promise<StateExecutor> {
  const state = await world.json<State>('/state');
  const all = [...state.frameworks.flatMap((one) => [...one.executors, ...one.completed_executors])];
  const completed = state.completed_frameworks.flatMap((one) => one.completed_executors);
  const found = [...all, ...completed].find((executor) => executor.id === id);
  if (!found) throw new Error(`no executor '${id}' in the state`);
  return found;
}

describe('a command task', () => {
  it('runs, reports its life, and leaves its output to be read under three names', async () => {
    world.master.run(taskInfo('ok', command('echo out; echo err >&2; pwd')), framework);
    const status = await world.master.state('ok', 'FINISHED');
    expect(world.master.states('ok')).toEqual(['STARTING', 'RUNNING', 'FINISHED']);
    expect(status).toMatchObject({ message: 'Command exited with status 0', source: 'SOURCE_EXECUTOR' });
    expect(status.container_status?.executor_pid).toBeGreaterThan(1);
    const { directory } = await executorOf('ok');
    const latest = directory.replace(/runs\/[^/]+$/, 'runs/latest');
    expect(readlinkSync(latest)).toBe(directory.split('/').at(-1));
    for (const path of [directory, latest, '/frameworks/framework-0000/executors/ok/runs/latest']) {
      const read = await world.json<{ data: string }>(`/files/read?path=${path}/stdout&offset=0`);
      expect(read.data).toBe(`out\n${directory}\n`);
    }
  });

  it.each([
    ['fail', 'exit 7', 'Command exited with status 7'],
    ['nocmd', '/does/not/exist', 'Command exited with status 127'],
    ['segv', 'kill -SEGV $$', 'Command terminated with signal Segmentation fault'],
  ])('%s fails as it failed', async (id, value, message) => {
    world.master.run(taskInfo(id, command(value)), framework);
    expect(await world.master.state(id, 'FAILED')).toMatchObject({ message });
  });

  it('is killed, first gently', async () => {
    world.master.run(
      taskInfo('long', command('trap "echo bye; exit 0" TERM; echo up; while :; do sleep 0.05; done')),
      framework,
    );
    await world.master.state('long', 'RUNNING');
    const { directory } = await executorOf('long');
    await until(() => readFileSync(`${directory}/stdout`, 'utf8') === 'up\n');
    world.master.kill('long');
    expect(await world.master.state('long', 'KILLED')).toMatchObject({ message: 'Command exited with status 0' });
    expect(readFileSync(`${directory}/stdout`, 'utf8')).toBe('up\nbye\n');
  });

  it('is killed while it is fetched, and while it starts', async () => {
    let asked = false;
    const silent = createServer(() => (asked = true));
    await new Promise<void>((resolve) => void silent.listen(0, '127.0.0.1', resolve));
    const uris = [{ value: `http://127.0.0.1:${(silent.address() as AddressInfo).port}/never` }];
    world.master.run(taskInfo('fetching', { command: { value: 'sleep 3000', uris } }), framework);
    await until(() => asked);
    world.master.kill('fetching');
    const status = await world.master.state('fetching', 'KILLED');
    expect(status).toMatchObject({ source: 'SOURCE_AGENT', reason: 'REASON_TASK_KILLED_DURING_LAUNCH' });
    expect(world.master.states('fetching')).toEqual(['KILLED']);
    silent.closeAllConnections();
    silent.close();
    world.master.run(taskInfo('starting', command('exec sleep 3000')), framework);
    world.master.kill('starting');
    await world.master.state('starting', 'KILLED');
  });

  it('whose supervisor is killed fails, and does not run on', async () => {
    world.master.run(taskInfo('orphan', command('exec sleep 3000')), framework);
    const { container_status: container } = await world.master.state('orphan', 'RUNNING');
    const pids = readFileSync(`${world.directory}/work/run/containers/${container?.container_id?.value}/pid`, 'utf8');
    process.kill(Number(pids.split(' ')[2]), 'SIGKILL');
    expect(await world.master.state('orphan', 'FAILED')).toMatchObject({ reason: 'REASON_EXECUTOR_TERMINATED' });
    await until(() => !runs(container?.executor_pid ?? -1));
  });

  it('that cannot be started fails with the reason', async () => {
    const uris = [{ value: '/does/not/exist' }];
    world.master.run(taskInfo('fetch', { command: { value: 'true', uris } }), framework);
    expect((await world.master.state('fetch', 'FAILED')).message).toContain('Failed to fetch all URIs for container');
    world.master.run(taskInfo('docker', { container: { type: 'DOCKER' } }), framework);
    expect(await world.master.state('docker', 'FAILED')).toMatchObject({ reason: 'REASON_CONTAINER_LAUNCH_FAILED' });
  });
});

describe('a task group', () => {
  it('shares an executor, whose tasks have sandboxes in its own', async () => {
    const executor = {
      type: 'DEFAULT' as const,
      executor_id: { value: 'pod' },
      framework_id: { value: 'framework-0000' },
      resources: [scalar('cpus', 0.1), scalar('mem', 32), scalar('disk', 32)],
    };
    const agent_id = { value: world.master.agentId };
    const tasks = [
      taskInfo('pod-a', { ...command('echo a; env'), agent_id }),
      taskInfo('pod-b', { ...command('sleep 0.2'), agent_id }),
    ];
    world.master.say({
      type: 'RUN_TASK_GROUP',
      run_task_group: { framework, executor, task_group: { tasks }, launch_executor: true },
    });
    const { container_status: status } = await world.master.state('pod-a', 'FINISHED');
    await world.master.state('pod-b', 'FINISHED');
    await world.master.callOf('EXITED_EXECUTOR');
    const { directory } = await executorOf('pod');
    expect(readlinkSync(`${directory}/tasks/pod-a`)).toBe(`../containers/${status?.container_id?.value}`);
    const output = readFileSync(`${directory}/tasks/pod-a/stdout`, 'utf8');
    expect(output).toContain('a\n');
    expect(output).toContain('MESOS_CONTAINER_IP=127.0.0.1');
  });
});

describe('a custom executor', () => {
  const program = `
    const { MESOS_AGENT_ENDPOINT: at, MESOS_EXECUTOR_ID: e, MESOS_FRAMEWORK_ID: f } = process.env;
    const url = 'http://' + at + '/api/v1/executor', ids = { executor_id: { value: e }, framework_id: { value: f } };
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    const post = (body) => fetch(url, { method: 'POST', headers, body: JSON.stringify({ ...ids, ...body }) });
    const uuid = () => Buffer.from(crypto.randomUUID().replaceAll('-', ''), 'hex').toString('base64');
    const update = (task_id, state) =>
      post({ type: 'UPDATE', update: { status: { task_id, state, source: 'SOURCE_EXECUTOR', uuid: uuid() } } });
    const stream = await post({ type: 'SUBSCRIBE', subscribe: {} });
    let text = '';
    for await (const chunk of stream.body) {
      text += Buffer.from(chunk).toString();
      for (let m; (m = /^(\\d+)\\n/.exec(text)) && text.length >= m[0].length + Number(m[1]); ) {
        const event = JSON.parse(text.slice(m[0].length, m[0].length + Number(m[1])));
        text = text.slice(m[0].length + Number(m[1]));
        console.log(event.type);
        if (event.type === 'LAUNCH') await update(event.launch.task.task_id, 'TASK_RUNNING');
        if (event.type === 'MESSAGE') await post({ type: 'MESSAGE', message: { data: event.message.data } });
        if (event.type === 'KILL') await update(event.kill.task_id, 'TASK_KILLED');
        if (event.type === 'SHUTDOWN') process.exit(0);
      }
    }`;

  it('subscribes, runs a task, gets messages, and ends when it is told', async () => {
    const script = `${world.directory}/executor.mjs`;
    writeFileSync(script, program);
    const executor = {
      type: 'CUSTOM' as const,
      executor_id: { value: 'mine' },
      framework_id: { value: 'framework-0000' },
      command: { value: `exec ${process.execPath} ${script}` },
      resources: [scalar('cpus', 0.1), scalar('mem', 32)],
    };
    world.master.run(taskInfo('c1', { executor, command: undefined }), framework);
    await world.master.state('c1', 'RUNNING');
    const ids = { framework_id: { value: 'framework-0000' }, executor_id: { value: 'mine' } };
    world.master.say({ type: 'FRAMEWORK_MESSAGE', framework_message: { ...ids, data: Buffer.from('ping') } });
    const { executor_message: echo } = await world.master.callOf('EXECUTOR_MESSAGE');
    expect(Buffer.from(echo?.data ?? []).toString()).toBe('ping');
    world.master.kill('c1');
    await world.master.state('c1', 'KILLED');
    world.master.say({ type: 'SHUTDOWN_EXECUTOR', shutdown_executor: ids });
    const exited = await until(() =>
      world.master.calls.find((call) => call.exited_executor?.executor_id.value === 'mine'),
    );
    expect(exited.exited_executor?.status).toBe(0);
    const { directory } = await executorOf('mine');
    expect(readFileSync(`${directory}/stdout`, 'utf8').trim().split('\n')).toEqual([
      'SUBSCRIBED',
      'LAUNCH',
      'ACKNOWLEDGED',
      'MESSAGE',
      'KILL',
      'ACKNOWLEDGED',
      'SHUTDOWN',
    ]);
  });

  it('is answered as by Mesos where it says something wrong', async () => {
    const post = async (body: unknown, headers = {}) => {
      const answer = await world.post('/api/v1/executor', body, headers);
      return [answer.status, await answer.text()];
    };
    const ids = { executor_id: { value: 'x' }, framework_id: { value: 'none' } };
    expect(await post({})).toEqual([
      400,
      'Failed to convert JSON into Call protobuf: Missing required fields: executor_id, framework_id',
    ]);
    expect(await post({ ...ids, type: 'MESSAGE', message: { data: '' } })).toEqual([400, 'Framework cannot be found']);
    expect(await post({ ...ids, type: 'HEARTBEAT' })).toEqual([202, '']);
    expect((await post({ ...ids, type: 'SUBSCRIBE', subscribe: {} }, { accept: 'image/png' }))[0]).toBe(406);
    expect((await post('x', { 'content-type': 'text/plain' }))[0]).toBe(415);
    expect((await fetch(`${world.url}/api/v1/executor`)).status).toBe(405);
  });
});

describe('operations', () => {
  const reservation = { type: 'DYNAMIC' as const, role: 'dev' };
  const disk = { name: 'disk', type: 'SCALAR' as const, scalar: { value: 64 }, reservations: [reservation] };
  const volume = {
    ...disk,
    disk: { persistence: { id: 'v1' }, volume: { container_path: 'data', mode: 'RW' as const } },
  };

  it('make a volume that outlives tasks and agents', async () => {
    const own = await AgentWorld.start();
    const apply = (operation: object, fill: number) =>
      own.master.say({
        type: 'APPLY_OPERATION',
        apply_operation: { operation, operation_uuid: { value: uuid(fill) } },
      });
    apply({ type: 'RESERVE', reserve: { resources: [disk] } }, 1);
    apply({ type: 'CREATE', create: { volumes: [volume] } }, 2);
    own.master.run(
      taskInfo('w', {
        ...command('echo kept >data/file'),
        resources: [{ ...volume, allocation_info: { role: 'dev' } }],
      }),
      framework,
    );
    await own.master.state('w', 'FINISHED');
    const path = `${own.directory}/work/volumes/roles/dev/v1`;
    expect(readFileSync(`${path}/file`, 'utf8')).toBe('kept\n');
    await own.agent?.close();
    own.master.calls.length = 0;
    await own.startAgent();
    const registered = await own.master.callOf('REREGISTER');
    expect(registered.reregister?.agent.checkpointed_resources).toHaveLength(1);
    await until(() => own.agent?.id);
    apply({ type: 'DESTROY', destroy: { volumes: [volume] } }, 3);
    await until(() => !existsSync(path));
    const failed = { ...disk, scalar: { value: 1e6 } };
    apply({ type: 'RESERVE', reserve: { resources: [failed] } }, 4);
    const last = await until(() =>
      own.master.calls.find((call) => call.update_operation_status?.status.state === 'OPERATION_FAILED'),
    );
    expect(last.update_operation_status?.status.message).toContain('does not contain');
    await own.close();
  });
});

describe('what can be read', () => {
  it('is there without and with the process, as text for old browsers too', async () => {
    const state = await world.json<State>('/state');
    expect(state.id).toBe('fake-S0');
    expect((await fetch(`${world.url}/slave(1)/state`)).status).toBe(200);
    expect((await fetch(`${world.url}/slave%281%29/state.json`)).status).toBe(200);
    expect(await (await fetch(`${world.url}/monitor/statistics?jsonp=cb`)).text()).toMatch(/^cb\(\[.*\]\)$/s);
    expect((await fetch(`${world.url}/health`)).status).toBe(200);
  });

  it('shows containers with what they use', async () => {
    world.master.run(taskInfo('busy', command('exec sleep 3000')), framework);
    await world.master.state('busy', 'RUNNING');
    const found = await world.json<{ executor_id: string; container_id: string; statistics: object }[]>('/containers');
    const busy = found.find((container) => container.executor_id === 'busy');
    expect(busy?.statistics).toMatchObject({ cpus_soft_limit: 0.2, mem_limit_bytes: 64 * 2 ** 20 });
    const one = await world.json<unknown[]>(`/containers?container_id=${busy?.container_id}`);
    expect(one).toHaveLength(1);
    expect((await fetch(`${world.url}/containers?executor_id=busy`)).status).toBe(400);
    const metrics = await world.json<{ [name: string]: number }>('/metrics/snapshot');
    expect(metrics).toMatchObject({ 'slave/registered': 1, 'slave/tasks_running': 1, 'slave/cpus_total': 4 });
    expect(metrics['slave/cpus_used']).toBeCloseTo(0.2);
    world.master.kill('busy');
    await world.master.state('busy', 'KILLED');
  });

  it('answers operators, and names the calls that it does not have yet', async () => {
    const call = async (body: object, headers = {}) => {
      const answer = await world.post('/api/v1', body, headers);
      const text = await answer.text();
      return { status: answer.status, type: answer.headers.get('content-type'), text };
    };
    const health = await call({ type: 'GET_HEALTH' });
    expect(health).toEqual({
      status: 200,
      type: 'application/json',
      text: '{"type":"GET_HEALTH","get_health":{"healthy":true}}',
    });
    expect((await call({ type: 'GET_FRAMEWORKS' })).text).toContain('"get_frameworks":{"frameworks":[');
    expect(JSON.parse((await call({ type: 'GET_STATE' })).text)).toHaveProperty(
      'get_state.get_tasks.pending_tasks',
      [],
    );
    expect((await call({ type: 'GET_STATE' }, { accept: 'application/x-protobuf' })).type).toBe(
      'application/x-protobuf',
    );
    expect(await call({ type: 'LAUNCH_CONTAINER' })).toMatchObject({
      status: 501,
      text: expect.stringContaining('LAUNCH_CONTAINER') as string,
    });
    expect(await call({ type: 'BOGUS' })).toMatchObject({
      status: 400,
      text: "Failed to validate agent::Call: Expecting 'type' to be present",
    });
    expect(await call({ type: 'READ_FILE' })).toMatchObject({
      status: 400,
      text: "Failed to validate agent::Call: Expecting 'read_file' to be present",
    });
    expect((await call({ type: 'READ_FILE', read_file: { path: '/etc/passwd', offset: 0 } })).status).toBe(404);
    expect((await call({ type: 'GET_HEALTH' }, { accept: 'image/png' })).status).toBe(406);
    expect((await call({ type: 'GET_HEALTH' }, { accept: 'application/recordio' })).status).toBe(406);
    expect((await call({ type: 'GET_HEALTH' }, { 'message-content-type': 'application/json' })).status).toBe(415);
    expect((await call({ type: 'GET_HEALTH' }, { 'content-type': 'application/recordio' })).status).toBe(400);
  });

  it('reaches through the link whoever cannot reach the agent', async () => {
    const ask = async (request_id: number, path: string, range?: string) => {
      world.master.say({ type: 'TUNNEL_REQUEST', tunnel_request: { request_id, path, range } });
      const found = await until(() =>
        world.master.calls.find((call) => call.tunnel_response?.request_id === request_id),
      );
      return found.tunnel_response;
    };
    const { directory } = await executorOf('ok');
    const read = await ask(1, `/files/read?path=${encodeURIComponent(`${directory}/stdout`)}&offset=0`);
    expect(JSON.parse(Buffer.from(read?.body ?? []).toString())).toMatchObject({ offset: 0 });
    expect(read?.content_type).toBe('application/json');
    expect((await ask(2, '/state'))?.status).toBe(200);
    const piece = await ask(3, `/files/download?path=${encodeURIComponent(`${directory}/stdout`)}`, 'bytes=0-2');
    expect([piece?.status, piece?.content_range?.split('/')[0], Buffer.from(piece?.body ?? []).toString()]).toEqual([
      206,
      'bytes 0-2',
      'out',
    ]);
    for (const path of ['/api/v1', '/logging/toggle?level=1&duration=1secs', '/files/../api/v1', '//state', 'state']) {
      expect([path, (await ask(path.length + 100, path))?.status]).toEqual([path, 403]);
    }
  });
});

describe('an agent', () => {
  it('comes back to a master that lost it, and goes on where it was', async () => {
    world.master.run(taskInfo('before', command('sleep 1; exit 3')), framework);
    await world.master.state('before', 'RUNNING');
    world.master.calls.length = 0;
    world.master.breakLink();
    const again = await world.master.callOf('REREGISTER');
    expect(again.reregister?.tasks?.map((task) => task.task_id.value)).toContain('before');
    expect(await world.master.state('before', 'FAILED')).toMatchObject({ message: 'Command exited with status 3' });
  });

  it('leaves tasks running when it just ends, but those without checkpoints', async () => {
    const own = await AgentWorld.start();
    const other = { ...framework, id: { value: 'framework-0001' }, checkpoint: false };
    own.master.run(taskInfo('stays', command('exec sleep 3000')), framework);
    own.master.run(taskInfo('goes', command('exec sleep 3000')), other);
    const { container_status: stays } = await own.master.state('stays', 'RUNNING');
    const { container_status: goes } = await own.master.state('goes', 'RUNNING');
    await own.agent?.close();
    await until(() => !runs(goes?.executor_pid ?? -1));
    expect(runs(stays?.executor_pid ?? -1)).toBe(true);
    own.master.calls.length = 0;
    await own.startAgent();
    expect(runs(stays?.executor_pid ?? -1)).toBe(true);
    const { reregister } = await own.master.callOf('REREGISTER');
    expect(reregister?.tasks?.map((task) => [task.task_id.value, task.state])).toEqual([['stays', 'TASK_RUNNING']]);
    await own.close();
    expect(runs(stays?.executor_pid ?? -1)).toBe(false);
  });

  it('kills its tasks and says goodbye where it is to leave', async () => {
    const own = await AgentWorld.start();
    own.master.run(taskInfo('gone', command('exec sleep 3000')), framework);
    const { container_status: status } = await own.master.state('gone', 'RUNNING');
    await own.agent?.close({ killTasks: true });
    expect(runs(status?.executor_pid ?? -1)).toBe(false);
    expect(own.master.calls.map(({ type }) => type)).toContain('UNREGISTER');
    expect(await own.agent?.terminated).toBe('the agent is asked to end');
    await own.close();
  });

  it('shares a process with others, each in its own place', async () => {
    const one = await AgentWorld.start();
    const two = new AgentWorld(one.master);
    await two.startAgent();
    await until(() => two.agent?.id);
    expect(two.agent?.port).not.toBe(one.agent?.port);
    await expect(one.startAgent()).rejects.toThrow(/is used by another agent/);
    await two.agent?.close({ killTasks: true });
    await one.close();
  });

  it.each([
    ['--resources=cpus:x', /--resources: .*cpus/],
    ['--resources=cpus:1;cpus:[1-2]', /--resources: /],
    ['--attributes=rack', /--attributes: cannot read attribute 'rack'/],
    ['--work_dir=/etc/passwd/agent', /--work_dir: cannot write to '\/etc\/passwd\/agent'/],
    ['--master=nonsense://x', /master nonsense/],
  ])('does not start with %s', async (flag, message) => {
    const own = new AgentWorld();
    await own.master.listen();
    await expect(startWith(own, flag)).rejects.toThrow(message);
    own.master.close();
  });

  it('names the flag of a port that is taken, and of what is not there yet', async () => {
    const own = new AgentWorld();
    await own.master.listen();
    await expect(startWith(own, `--port=${world.agent?.port}`)).rejects.toThrow(
      /another process uses the port.*--port/,
    );
    own.master.close();
    expect(() => flagsOf(['--master=x:1', '--work_dir=/tmp/x', '--containerizers=docker'])).toThrow(
      /'docker' is not available yet/,
    );
    expect(() => flagsOf(['--master=x:1', '--work_dir=/tmp/x', '--isolation=cgroups/all'])).toThrow(/'cgroups\/all'/);
    expect(() => flagsOf(['--master=x:1', '--work_dir=/tmp/x', '--authenticate_http_readonly'])).toThrow(
      /authentication is not available yet/,
    );
  });

  it('refuses to start on reservations that it cannot read, unless told to forget them', async () => {
    const directory = `${temporaryDirectory()}/work`;
    mkdirSync(`${directory}/meta/resources`, { recursive: true });
    writeFileSync(`${directory}/meta/resources/resources.info`, Buffer.from([9, 0, 0, 0, 1]));
    const own = new AgentWorld();
    await own.master.listen();
    await expect(startWith(own, `--work_dir=${directory}`)).rejects.toThrow(/is cut short/);
    await own.startAgent([]);
    await own.close();
    const lenient = new AgentWorld();
    await lenient.master.listen();
    const agent = await startWith(lenient, `--work_dir=${directory}`, '--no-strict');
    await agent.close();
    lenient.master.close();
  });
});

/** The defaults of a world with one flag in place of its own. */
async function startWith(own: AgentWorld, ...flags: string[]) {
  const { startAgent } = await import('../src/main.js');
  const names = flags.map((flag) => flag.split('=')[0]);
  const defaults = [
    `--master=${own.master.address}`,
    `--work_dir=${own.directory}/work`,
    '--port=0',
    '--quiet',
    '--no-hostname_lookup',
  ];
  const kept = defaults.filter((flag) => !names.includes(flag.split('=')[0]));
  return startAgent({ flags: flagsOf([...kept, ...flags]) });
}
