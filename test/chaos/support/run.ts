// One run: the world, the faults that the seed gives, their healing, and the account that the checker gets.
import { setTimeout as pause } from 'node:timers/promises';
import { Scheduler } from '@mini-mesos/scheduler-sdk';
import { check, outcomes } from '../core/check.js';
import type { Ending, History } from '../core/check.js';
import { describeFault, planFaults } from '../core/faults.js';
import type { Fault } from '../core/faults.js';
import { World } from './world.js';
import type { WorldOptions } from './world.js';

export interface RunOptions extends WorldOptions {
  readonly seed: number;
  /** For how long faults come. */
  readonly durationMs: number;
  /** Until all tasks have ended, once everything is healed. */
  readonly settleMs?: number;
  readonly tell?: (line: string) => void;
}

export interface RunAccount {
  readonly violations: readonly string[];
  readonly launched: number;
  readonly ran: number;
  readonly outcomes: { readonly [state: string]: number };
  readonly faults: number;
  readonly folder: string;
}

/** Rejects where the cluster does not start, or does not settle. The folder with all logs is kept where rules broke. */
export async function runChaos(options: RunOptions): Promise<RunAccount> {
  const { seed, durationMs, tell = () => undefined } = options;
  const world = new World(options);
  let violations: readonly string[] | undefined;
  try {
    for (const note of world.notes) tell(note);
    await world.start();
    const faults = planFaults(seed, { durationMs, cast: world.cast });
    tell(`seed ${seed}: ${faults.length} faults in ${durationMs / 1000} s, in ${world.folder}`);
    await torment(world, { faults, durationMs, tell });
    const ending = await settle(world, { settleMs: options.settleMs ?? 90_000, tell });
    const history = historyOf(world, ending);
    violations = check(history);
    return {
      violations,
      launched: history.frameworks.flatMap(({ seen }) => seen.filter(({ type }) => type === 'launch')).length,
      ran: history.ran.filter(({ type }) => type === 'start').length,
      outcomes: outcomes(history),
      faults: faults.length,
      folder: world.folder,
    };
  } finally {
    await world.close({ keep: violations === undefined || violations.length > 0 });
  }
}

async function torment(
  world: World,
  { faults, durationMs, tell }: { faults: readonly Fault[]; durationMs: number; tell: (line: string) => void },
): Promise<void> {
  const startMs = performance.now();
  const at = (ms: number): Promise<void> => pause(Math.max(0, startMs + ms - performance.now()));
  await Promise.all(
    faults.map(async (fault) => {
      await at(fault.atMs);
      const target = fault.target === 'leader' ? ((await world.leader()) ?? world.cast.masters[0] ?? '') : fault.target;
      tell(`${describeFault(fault)}${target === fault.target ? '' : ` (${target})`}`);
      const heal = await strike(world, { fault, target });
      await at(Math.min(fault.atMs + fault.durationMs, durationMs));
      heal();
    }),
  );
}

/** Gives what undoes it. */
async function strike(world: World, { fault, target }: { fault: Fault; target: string }): Promise<() => void> {
  switch (fault.kind) {
    case 'kill':
      await world.kill(target);
      return () => world.release(target);
    case 'freeze':
      world.freeze(target);
      return () => world.thaw(target);
    case 'fill-disk':
      world.fillDisk(target);
      return () => world.freeDisk(target);
    case 'partition':
      return partition(world, { target, from: fault.from, isOneWay: fault.isOneWay });
  }
}

export function partition(
  world: World,
  { target, from, isOneWay = false }: { target: string; from: readonly string[]; isOneWay?: boolean },
): () => void {
  const pairs = from
    .filter((other) => other !== target)
    .flatMap(
      (other) =>
        (isOneWay
          ? [[target, other]]
          : [
              [target, other],
              [other, target],
            ]) as [string, string][],
    );
  for (const [a, b] of pairs) world.network?.cut(a, b);
  return () => {
    for (const [a, b] of pairs) world.network?.heal(a, b);
  };
}

/** Everything is healed: no more launches, all tasks end, their resources are free and offered. */
export async function settle(
  world: World,
  { settleMs, tell = () => undefined }: { settleMs: number; tell?: (line: string) => void },
): Promise<Ending> {
  tell('healed: waiting for the end of all tasks');
  world.tellFrameworks('drain');
  const isQuiet = (name: string): boolean => {
    const seen = world.seen(name);
    return seen.findLastIndex(({ type }) => type === 'quiet') > seen.findLastIndex(({ type }) => type === 'launch');
  };
  // What is still missing at the deadline, the checker names.
  const deadlineMs = performance.now() + settleMs;
  const isLate = (): boolean => performance.now() > deadlineMs;
  await world.until('the end of all tasks', () => isLate() || world.cast.frameworks.every(isQuiet), settleMs + 10_000);
  const { agents } = world.cast;
  const used = (slave: { used_resources: { [name: string]: unknown } }): boolean =>
    Object.values(slave.used_resources).some((amount) => amount !== 0 && amount !== '');
  await world.until(
    'the agents, with nothing in use',
    async () => {
      const state = await world.state();
      return (state && state.slaves.length === agents.length && !state.slaves.some(used)) || isLate();
    },
    settleMs + 10_000,
  );
  const state = await world.until('a leader', () => world.state());
  world.tellFrameworks('finish');
  await world.until('the end of the frameworks', () =>
    world.cast.frameworks.every((name) => !world.daemon(name).isAlive),
  );
  return {
    agents: state.slaves.map(({ id, used_resources }) => ({ id, used: used_resources })),
    agentsExpected: agents.length,
    unoffered: await unoffered(world),
    unexpectedEnds: world.unexpectedEnds,
    rivals: world.rivals,
    excusedAgents: state.slaves.filter(({ pid }) => world.hadFullDisk(pid)).map(({ id }) => id),
  };
}

/** Asks for everything, and tells what does not come. */
export async function unoffered(world: World, timeoutMs = 30_000): Promise<string[]> {
  const scheduler = new Scheduler({ master: world.masterUrl, framework: { name: 'probe', user: 'root' } });
  const end = performance.now() + timeoutMs;
  try {
    await scheduler.start();
    void (async () => {
      // The offers are kept by the SDK: they only have to be taken in.
      for await (const _ of scheduler.events());
    })().catch(() => undefined);
    let missing: string[] = [];
    do {
      await pause(200);
      const state = await world.state();
      missing = (state?.slaves ?? []).flatMap(({ id, resources }) => {
        const offered = scheduler.offers.filter(({ agent_id }) => agent_id.value === id);
        const items = offered.flatMap((offer) => offer.resources ?? []).filter(({ name }) => name === 'cpus');
        const cpus = items.reduce((sum, { scalar }) => sum + (scalar?.value ?? 0), 0);
        return cpus === resources['cpus'] ? [] : [`${String(resources['cpus'])} cpus of agent ${id}, only ${cpus}`];
      });
      if (!state) missing = ['anything: there is no leader'];
    } while (missing.length > 0 && performance.now() < end);
    return missing;
  } finally {
    await scheduler.stop();
  }
}

function historyOf(world: World, ending: Ending): History {
  return {
    frameworks: world.cast.frameworks.map((name) => ({ name, seen: world.seen(name) })),
    ran: world.ran(),
    ending,
  };
}
