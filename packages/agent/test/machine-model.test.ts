// Goal: whatever happens in whatever order, each task has exactly one end, its updates arrive in order and once (S1-S4),
// and what it held is free again. Method: fast-check interleaves launches, kills, exits, acknowledgements, lost links,
// agents' timers and executors' calls, against a model of what a framework and its tasks may see.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTerminal } from '@mini-mesos/wire';
import { customExecutor, FRAMEWORK_ID, frameworkInfo, Harness, taskInfo, uuid } from './support/harness.js';

const ORDER = ['TASK_STARTING', 'TASK_RUNNING', 'TASK_KILLING'];

type Step =
  | { do: 'run'; kind: 'command' | 'pod' | 'custom' }
  | { do: 'launch' | 'fail' | 'exit' | 'kill' | 'acknowledge' | 'report'; pick: number; status: number }
  | { do: 'break' | 'register' | 'subscribe' }
  | { do: 'wait'; ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('run' as const), kind: fc.constantFrom('command', 'pod', 'custom') }),
  fc.record({
    do: fc.constantFrom('launch', 'launch', 'exit', 'kill', 'acknowledge', 'acknowledge', 'report', 'report', 'fail'),
    pick: fc.nat(50),
    status: fc.constantFrom(0, 0, 1, 143, 137),
  }),
  fc.record({ do: fc.constantFrom('break', 'register', 'register', 'subscribe', 'subscribe') }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(0, 100, 1_000, 3_000, 12_000, 61_000) }),
) as fc.Arbitrary<Step>;

class World {
  readonly harness = Harness.registered();
  readonly tasks: string[] = [];
  /** Uuids that the framework has acknowledged. */
  readonly acknowledged = new Set<string>();
  /** How many calls had been sent when each was acknowledged. */
  readonly acknowledgedAt = new Map<string, number>();
  /** Newest first. */
  readonly #customTasks: string[] = [];
  #serial = 0;
  #uuid = 1;
  #connection: number | undefined;

  apply(given: Step): void {
    const { harness } = this;
    switch (given.do) {
      case 'run':
        if (harness.machine.isRegistered) this.#run(given.kind);
        break;
      case 'break':
        if (harness.link) harness.breakLink();
        break;
      case 'register':
        this.register();
        break;
      case 'subscribe':
        this.#connection = harness.executorCall({ type: 'SUBSCRIBE', subscribe: {} });
        break;
      case 'wait':
        harness.advance(given.ms);
        break;
      default:
        this.#act(given.do, given.pick, given.status);
    }
    this.settle();
  }

  register(): void {
    const { harness } = this;
    if (!harness.link) harness.advance(2_000);
    if (harness.link && !harness.machine.isRegistered) harness.reregister();
  }

  #run(kind: 'command' | 'pod' | 'custom'): void {
    const ids = Array.from({ length: kind === 'pod' ? 2 : 1 }, () => `t${(this.#serial += 1)}`);
    this.tasks.push(...ids);
    if (kind === 'custom') this.#customTasks.unshift(...ids);
    const framework = this.harness.machine.state.frameworks.get(FRAMEWORK_ID);
    if (kind === 'command') this.harness.run(taskInfo(ids[0] ?? ''));
    else if (kind === 'custom') {
      const launchExecutor = !framework?.executors.has('custom');
      this.harness.run(taskInfo(ids[0] ?? '', { executor: customExecutor }), { launchExecutor });
    } else {
      const launchExecutor = !framework?.executors.has('pod');
      this.harness.runGroup(
        ids.map((id) => taskInfo(id)),
        { launchExecutor, framework: frameworkInfo() },
      );
    }
  }

  #act(what: 'launch' | 'fail' | 'exit' | 'kill' | 'acknowledge' | 'report', pick: number, status: number): void {
    const { harness } = this;
    const live = [...harness.containers.values()].filter((container) => !container.ended);
    const container = live[pick % Math.max(1, live.length)];
    const task = this.tasks[pick % Math.max(1, this.tasks.length)];
    if (what === 'kill' && task !== undefined) this.#kill(task, status % 5);
    else if (what === 'acknowledge' && task !== undefined) this.acknowledge(task);
    else if (what === 'report') this.#report(pick, status);
    else if (!container) return;
    else if (what === 'launch') this.#launch(container.path);
    else if (what === 'exit' && this.#launched.has(container.path)) this.#exit(container.path, status);
    else if (what === 'fail' && !this.#launched.has(container.path)) {
      container.ended = true;
      harness.event({ type: 'container-launch-failed', container: container.path, message: 'no' });
    }
  }

  /** Masters do not pass on kills of tasks whose drop was acknowledged: nobody holds these any more. */
  #kill(task: string, graceSeconds: number): void {
    const isDropped = this.harness.sent(task).at(-1)?.state === 'TASK_DROPPED';
    if (this.harness.machine.isRegistered && !isDropped) this.harness.kill(task, graceSeconds);
  }

  readonly #launched = new Set<string>();

  #launch(path: string): void {
    if (this.#launched.has(path)) return;
    this.#launched.add(path);
    this.harness.launched(path);
  }

  #exit(path: string, status: number): void {
    const children = [...this.harness.containers.values()].filter(({ config }) => config.id.parent?.value === path);
    for (const child of children) if (!child.ended) this.harness.exited(child.path, { kind: 'signaled', signal: 9 });
    this.harness.exited(path, status > 128 ? { kind: 'signaled', signal: status - 128 } : { kind: 'exited', status });
  }

  #report(pick: number, status: number): void {
    const taskId = this.#customTasks[pick % Math.max(1, Math.min(3, this.#customTasks.length))];
    if (this.#connection === undefined || taskId === undefined) return;
    const state = status === 0 ? 'TASK_FINISHED' : 'TASK_RUNNING';
    this.harness.executorCall({
      type: 'UPDATE',
      update: {
        status: { task_id: { value: taskId }, state, source: 'SOURCE_EXECUTOR', uuid: uuid((this.#uuid += 1) % 256) },
      },
    });
  }

  acknowledge(task: string): boolean {
    const status = this.harness.sent(task).at(-1);
    if (!status?.uuid || !this.harness.machine.isRegistered) return false;
    const key = Buffer.from(status.uuid).toString('hex');
    const fresh = !this.acknowledged.has(key);
    this.harness.acknowledge(task);
    this.acknowledged.add(key);
    if (fresh) this.acknowledgedAt.set(key, this.harness.sent(task).indexOf(status));
    return fresh;
  }

  /** Containers that were to be destroyed are, children first. */
  settle(): void {
    for (;;) {
      const doomed = [...this.harness.containers.values()].find(({ destroyed, ended }) => destroyed && !ended);
      if (!doomed) return;
      this.#launched.add(doomed.path);
      this.#exit(doomed.path, doomed.config.process ? 137 : 0);
    }
  }

  /** Everything that can end, ends; everything that is sent is acknowledged. */
  finish(): void {
    for (let round = 0; round < 50; round += 1) {
      this.register();
      for (const { path, ended } of [...this.harness.containers.values()]) {
        if (!ended) this.#launch(path);
        if (!this.harness.containers.get(path)?.ended && !this.#isPodExecutor(path)) this.#exit(path, 0);
      }
      for (const task of this.tasks) while (this.acknowledge(task)) this.settle();
      this.settle();
      this.harness.advance(100);
    }
  }

  #isPodExecutor(path: string): boolean {
    return this.harness.containers.get(path)?.config.process === undefined;
  }
}

function checkDelivery(world: World, task: string): void {
  const sent = world.harness.sent(task);
  const distinct = sent.filter(
    (status, index) =>
      index === 0 || Buffer.compare(Buffer.from(status.uuid ?? []), Buffer.from(sent[index - 1]?.uuid ?? [])) !== 0,
  );
  const uuids = distinct.map((status) => Buffer.from(status.uuid ?? []).toString('hex'));
  // S1, S3: once an update was followed by another it never comes back.
  expect(new Set(uuids).size).toBe(uuids.length);
  // S2: each but the last was acknowledged.
  for (const earlier of uuids.slice(0, -1)) expect(world.acknowledged.has(earlier)).toBe(true);
  const states = distinct.map((status) => status.state);
  expect(states.filter(isTerminal)).toHaveLength(1);
  expect(isTerminal(states.at(-1) ?? 'TASK_STAGING')).toBe(true);
  const updates = world.harness.calls.flatMap(({ update_status: update }) => update ?? []);
  const latest = updates.flatMap((update) =>
    update.status.task_id.value === task ? isTerminal(update.latest_state) : [],
  );
  expect(latest).toEqual([...latest].sort((a, b) => Number(a) - Number(b)));
  const ranks = states.slice(0, -1).map((state) => ORDER.indexOf(state));
  expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
}

describe('any interleaving', () => {
  it('gives each task one end, in order, once, and frees what it held', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
        const world = new World();
        for (const given of steps) world.apply(given);
        world.finish();
        for (const task of world.tasks) checkDelivery(world, task);
        const { machine, timers } = world.harness;
        expect(machine.state.frameworks.size).toBe(0);
        expect(machine.unacknowledgedTasks).toBe(0);
        expect([...timers.keys()].filter((key) => !/^(registration|disk-watch)/.test(key))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('is repeated exactly by the same events', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
        const [one, two] = [new World(), new World()];
        for (const given of steps) {
          one.apply(given);
          two.apply(given);
        }
        expect(JSON.stringify(one.harness.effects)).toBe(JSON.stringify(two.harness.effects));
      }),
      { numRuns: 50 },
    );
  });
});
