// Goal: what an agent runs survives the agent. Method: real processes; the agent is killed, restarted, cut off from its
// files and given other flags, while a framework with checkpointing keeps every update.
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { cpus, disk, launch, launchGroup, mem, tasksFrom } from '@mini-mesos/scheduler-sdk';
import type { TaskSpec } from '@mini-mesos/scheduler-sdk';
import { RecoverableAgent, Witness } from './support/recoverable-agent.js';
import { useScene, type MasterProcess } from './support/scene.js';
import { until } from './support/until.js';

const PATIENCE_MS = 60_000;
const TIMEOUT_MS = 180_000;

const scene = useScene('recovery');
let master: MasterProcess;

beforeAll(async () => {
  master = await scene.startMaster(['--allocation_interval=200ms']);
}, PATIENCE_MS);

interface World {
  agent: RecoverableAgent;
  witness: Witness;
}

async function world(name: string): Promise<World> {
  const agent = new RecoverableAgent(scene, master, name);
  await agent.start();
  const witness = new Witness(master, { name });
  await witness.start();
  onTestFinished(async () => {
    await witness.scheduler.stop();
    agent.process?.signal('SIGUSR1');
  });
  return { agent, witness };
}

const resources = { cpus: 0.1, mem: 32 };

/** On the agent of this world, whatever others there are. */
async function run({ agent, witness }: World, ...specs: Omit<TaskSpec, 'resources'>[]): Promise<void> {
  await witness.place(async (offer) => {
    if (offer.agent_id.value !== agent.id) return false;
    const { tasks, unplaced } = tasksFrom(
      offer,
      specs.map((spec) => ({ ...spec, resources })),
    );
    if (unplaced.length > 0) return false;
    await witness.scheduler.accept(offer, launch(tasks));
    return true;
  });
}

/** Writes a line, waits for the file, writes another; `$$` shows that it is the same shell. */
const gated = (gate: string, end = 'exit 0') =>
  `echo "before $$"; while [ ! -e '${gate}' ]; do sleep 0.05; done; echo "after $$"; ${end}`;

async function output(path: string, pattern: RegExp): Promise<string> {
  return until(`${pattern} in ${path}`, () => {
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    return pattern.test(text) && text;
  });
}

describe('an agent that is killed', { timeout: TIMEOUT_MS }, () => {
  test('finds its tasks again: one goes on, one ended meanwhile, each with one end', async () => {
    const own = await world('killed');
    const { agent, witness } = own;
    const gates = [scene.path('gate-on'), scene.path('gate-meanwhile')] as const;
    await run(own, { taskId: 'on', command: gated(gates[0]) });
    await run(own, { taskId: 'meanwhile', command: gated(gates[1], 'exit 3') });
    await witness.state('on', 'RUNNING');
    await witness.state('meanwhile', 'RUNNING');
    const { id } = agent;
    await agent.crash();
    writeFileSync(gates[1], '');
    const ended = agent.sandbox(witness.id, 'meanwhile');
    await output(join(ended, 'stdout'), /after/);
    await agent.start();
    expect(await witness.state('meanwhile', 'FAILED')).toMatchObject({ message: 'Command exited with status 3' });
    expect(agent.id).toBe(id);
    expect(witness.ends('on')).toBe(0);
    writeFileSync(gates[0], '');
    await witness.state('on', 'FINISHED');
    const text = await output(join(agent.sandbox(witness.id, 'on'), 'stdout'), /after/);
    const [, before, after] = /^before (\d+)\nafter (\d+)\n$/.exec(text) ?? [];
    expect(before).toBe(after);
    expect(witness.states('on')).toEqual(['STARTING', 'RUNNING', 'FINISHED']);
    expect(witness.states('meanwhile')).toEqual(['STARTING', 'RUNNING', 'FAILED']);
  });

  test('again and again while tasks start and end loses none of them and ends none twice', async () => {
    const own = await world('often');
    const { agent, witness } = own;
    const ids = Array.from({ length: 12 }, (_, index) => `t${index}`);
    for (const [index, taskId] of ids.entries()) {
      await run(own, { taskId, command: `echo ran >>'${scene.path(`ran-${taskId}`)}'; sleep 0.${index % 4}` });
      if (index % 3 !== 2) continue;
      await until(`a first word of ${taskId}`, () => witness.statuses.has(taskId), PATIENCE_MS);
      await agent.crash();
      await agent.start();
    }
    for (const taskId of ids) await until(`the end of ${taskId}`, () => witness.ends(taskId) === 1, PATIENCE_MS);
    for (const taskId of ids) {
      const file = scene.path(`ran-${taskId}`);
      const isRun = existsSync(file) && readFileSync(file, 'utf8') === 'ran\n';
      const isFinished = witness.states(taskId).includes('FINISHED');
      expect([taskId, witness.ends(taskId), isFinished && !isRun]).toEqual([taskId, 1, false]);
    }
  });

  test('and its custom executor and pods find one another again', async () => {
    const own = await world('executors');
    const { agent, witness } = own;
    const program = join(import.meta.dirname, 'support', 'gated-executor.mjs');
    const gate = scene.path('gate-custom');
    const executor = {
      type: 'CUSTOM' as const,
      executor_id: { value: 'own' },
      framework_id: { value: witness.id },
      command: { value: `'${process.execPath}' '${program}' '${gate}'` },
      resources: [cpus(0.1), mem(32)],
    };
    await witness.place(async (offer) => {
      if (offer.agent_id.value !== agent.id) return false;
      const { tasks } = tasksFrom(offer, [{ taskId: 'c1', resources }]);
      await witness.scheduler.accept(offer, launch(tasks.map((task) => ({ ...task, executor }))));
      return true;
    });
    const amounts = [cpus(0.1), mem(32), disk(32)];
    const { command: _, ...rest } = { ...executor, executor_id: { value: 'pod' }, resources: amounts };
    const pod = { ...rest, type: 'DEFAULT' as const };
    await witness.place(async (offer) => {
      if (offer.agent_id.value !== agent.id) return false;
      const specs = ['p1', 'p2'].map((taskId) => ({ taskId, command: gated(gate), resources }));
      const { tasks } = tasksFrom(offer, specs);
      await witness.scheduler.accept(offer, launchGroup(pod, tasks));
      return true;
    });
    for (const id of ['c1', 'p1', 'p2']) await witness.state(id, 'RUNNING');
    await agent.crash();
    await agent.start();
    writeFileSync(gate, '');
    for (const id of ['c1', 'p1', 'p2']) {
      await witness.state(id, 'FINISHED');
      expect(witness.states(id)).toEqual(['STARTING', 'RUNNING', 'FINISHED']);
    }
  });

  test('in the middle of a write goes on before it', async () => {
    const own = await world('torn');
    const { agent, witness } = own;
    const gate = scene.path('gate-torn');
    await run(own, { taskId: 'torn', command: gated(gate) });
    await witness.state('torn', 'RUNNING');
    await agent.crash();
    appendFileSync(agent.journal, '0badc0de 4711 {"type":"upd');
    const again = await agent.start();
    expect(again.stderr).toMatch(/cut 26 bytes off the journal/);
    writeFileSync(gate, '');
    await witness.state('torn', 'FINISHED');
    expect(witness.states('torn')).toEqual(['STARTING', 'RUNNING', 'FINISHED']);
  });

  test('with its machine comes back under its id and tells that its tasks are gone', async () => {
    const own = await world('rebooted');
    const { agent, witness } = own;
    await run(own, { taskId: 'lost', command: gated(scene.path('never')) });
    await witness.state('lost', 'RUNNING');
    const { id } = agent;
    await agent.crash();
    for (const { supervisor, task } of agent.pids())
      for (const pid of [supervisor, -task]) process.kill(pid, 'SIGKILL');
    writeFileSync(join(agent.workDir, 'meta', 'boot_id'), 'another start of the machine\n');
    await agent.start();
    expect(await witness.state('lost', 'FAILED')).toMatchObject({
      reason: 'REASON_EXECUTOR_TERMINATED',
      message: expect.stringContaining('the machine was started anew'),
    });
    expect(agent.id).toBe(id);
    expect(witness.states('lost')).toEqual(['STARTING', 'RUNNING', 'FAILED']);
  });
});

describe('an agent that ends', { timeout: TIMEOUT_MS }, () => {
  test('on SIGTERM leaves tasks to its next run, which may have changed only as the policy says', async () => {
    const own = await world('ended');
    const { agent, witness } = own;
    const gate = scene.path('gate-ended');
    await run(own, { taskId: 'stays', command: gated(gate) });
    await witness.state('stays', 'RUNNING');
    agent.process?.signal('SIGTERM');
    const ended = await agent.process?.finished();
    expect(ended?.code).toBe(0);
    expect(ended?.stderr).toMatch(/1 others go on running/);
    const refused = await agent.launch(1).finished(PATIENCE_MS);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/--reconfiguration_policy=equal does not allow the change/);
    expect(refused.stderr).toMatch(/resources: was 'cpus:2.*', is 'cpus:1/);
    expect(refused.stderr).toContain(`rm -f ${join(agent.workDir, 'meta', 'slaves', 'latest')}`);
    const less = await agent.launch(1, ['--reconfiguration_policy=additive']).finished(PATIENCE_MS);
    expect(less.code).toBe(1);
    await agent.start(3, ['--reconfiguration_policy=additive']);
    writeFileSync(gate, '');
    await witness.state('stays', 'FINISHED');
    expect(witness.states('stays')).toEqual(['STARTING', 'RUNNING', 'FINISHED']);
  });

  test('with --recover=cleanup ends what is left, forgets it, and exits with 0', async () => {
    const own = await world('cleaned');
    const { agent, witness } = own;
    await run(own, { taskId: 'swept', command: gated(scene.path('never')) });
    await witness.state('swept', 'RUNNING');
    await agent.crash();
    const [pids] = agent.pids();
    const { code } = await agent.launch(2, ['--recover=cleanup']).finished(PATIENCE_MS);
    expect(code).toBe(0);
    expect(isRunning(pids?.supervisor ?? -1) || isRunning(pids?.task ?? -1)).toBe(false);
    expect(existsSync(join(agent.workDir, 'meta', 'slaves', 'latest'))).toBe(false);
  });

  test('because its disk is full says so, and has told nobody what it could not keep', async ({ skip }) => {
    const own = await diskOf1MiB(skip);
    const { agent, witness } = own;
    // More than what is left of the journal's last page can take.
    const ids = Array.from({ length: 12 }, (_, index) => `full-${index}`);
    await run(own, ...ids.map((taskId) => ({ taskId, command: gated(scene.path('gate-full')) })));
    for (const id of ids) await witness.state(id, 'RUNNING');
    fill(join(agent.workDir, 'ballast'));
    writeFileSync(scene.path('gate-full'), '');
    const ended = await agent.process?.finished(PATIENCE_MS);
    expect(ended?.code).toBe(1);
    expect(ended?.stderr).toMatch(/cannot write down what happens.*the disk is full.*make room and start it again/);
    expect(ids.every((id) => witness.ends(id) === 1)).toBe(false);
    rmSync(join(agent.workDir, 'ballast'));
    await agent.start();
    for (const id of ids) {
      await witness.state(id, 'FINISHED');
      expect(witness.states(id)).toEqual(['STARTING', 'RUNNING', 'FINISHED']);
    }
  });
});

/** And not only waiting to be reaped. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    // It is gone.
    return false;
  }
}

/** Only root can mount. */
async function diskOf1MiB(skip: (note: string) => never): Promise<World> {
  const path = scene.path('full');
  try {
    mkdirSync(path, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    skip('no file system of its own can be mounted here');
  }
  onTestFinished(() => void execFileSync('umount', ['-l', path]));
  // Where the supervisors write is another disk, as /run is.
  const agent = new RecoverableAgent(scene, master, 'full', [`--runtime_dir=${scene.path('full-run')}`]);
  await agent.start();
  const witness = new Witness(master, { name: 'full' });
  await witness.start();
  onTestFinished(async () => {
    await witness.scheduler.stop();
    agent.process?.signal('SIGUSR1');
    await agent.process?.finished();
  });
  return { agent, witness };
}

function fill(path: string): void {
  for (const size of [4096, 1]) {
    try {
      for (;;) appendFileSync(path, Buffer.alloc(size));
    } catch {
      // No more of this size.
    }
  }
}
