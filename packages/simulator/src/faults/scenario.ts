// What a seed stands for: the size of the cluster, how its network is, and which faults happen when. All is drawn before
// the run begins, so that faults can be left out one by one to find the few that matter.
import { SeededRandom } from '@mini-mesos/daemon';
import type { NetworkOptions } from '../world/network.js';
import type { FrameworkOptions } from '../workload/framework-process.js';

export type Fault = { readonly atMs: number } & (
  | { readonly type: 'crash'; readonly target: string; readonly afterEffects: number; readonly downMs: number }
  | { readonly type: 'power'; readonly target: string; readonly downMs: number }
  | { readonly type: 'pause'; readonly target: string; readonly forMs: number }
  | {
      readonly type: 'partition';
      readonly names: readonly string[];
      readonly direction: 'both' | 'in' | 'out';
      readonly forMs: number;
    }
  | { readonly type: 'break-streams'; readonly count: number }
  | { readonly type: 'expire-session' }
  | { readonly type: 'clock'; readonly target: string; readonly jumpMs: number; readonly rate: number }
  | { readonly type: 'weather'; readonly network: NetworkOptions; readonly forMs: number }
);

export interface Scenario {
  readonly seed: number;
  /** Faults and work end here; then everything has to come to rest. */
  readonly activeMs: number;
  readonly masterCount: number;
  readonly agents: readonly string[];
  readonly frameworks: readonly FrameworkOptions[];
  readonly network: NetworkOptions;
  /** Between two calls of operators; undefined: there are none. */
  readonly operatorMeanMs: number | undefined;
  /** Whether the limits of a role bind the roles below it; in Mesos they do not. */
  readonly nestedLimits: boolean;
  readonly masterConfig: {
    agentPingTimeoutMs: number;
    maxAgentPingTimeouts: number;
    agentReregisterTimeoutMs: number;
    offerTimeoutMs: number | undefined;
  };
  readonly faults: readonly Fault[];
}

type Draw = SeededRandom;

export function scenarioOf(seed: number, { minutes }: { minutes: number }): Scenario {
  const random = new SeededRandom(seed).stream('scenario');
  const activeMs = minutes * 60_000;
  const masterCount = random.pick([1, 1, 2, 3]) ?? 1;
  const agentCount = 2 + random.below(4);
  const frameworkCount = 2 + random.below(3);
  const names = {
    masters: Array.from({ length: masterCount }, (_, index) => `m${index}`),
    agents: Array.from({ length: agentCount }, (_, index) => `a${index}`),
    frameworks: Array.from({ length: frameworkCount }, (_, index) => `f${index}`),
  };
  const network = drawNetwork(random);
  return {
    seed,
    activeMs,
    masterCount,
    agents: names.agents.map(() => `cpus:${2 + random.below(5)};mem:${1024 * (1 + random.below(4))}`),
    frameworks: names.frameworks.map((name) => drawFramework(random, name)),
    network,
    operatorMeanMs: random.pick([undefined, 10_000, 30_000]),
    nestedLimits: random.float() < 0.7,
    masterConfig: {
      agentPingTimeoutMs: random.pick([5_000, 15_000]) ?? 15_000,
      maxAgentPingTimeouts: random.pick([3, 5]) ?? 5,
      agentReregisterTimeoutMs: random.pick([60_000, 600_000]) ?? 600_000,
      offerTimeoutMs: random.pick([undefined, undefined, 8_000]),
    },
    faults: drawFaults(random, { names, activeMs, network }),
  };
}

function drawFramework(random: Draw, name: string): FrameworkOptions {
  return {
    name,
    role: random.pick(['dev', 'ops', 'ops/night']) ?? 'dev',
    checkpoint: random.float() < 0.7,
    failoverTimeoutSeconds: random.pick([30, 120, 100_000]) ?? 120,
    tasksMax: 3 + random.below(10),
  };
}

function drawNetwork(random: Draw): NetworkOptions {
  return {
    delayMaxMs: random.pick([1, 5, 50]) ?? 1,
    spikeShare: random.pick([0, 0.001, 0.02]) ?? 0,
    spikeMaxMs: random.pick([500, 3_000]) ?? 500,
    requestLossShare: random.pick([0, 0, 0.005]) ?? 0,
  };
}

interface Names {
  readonly masters: readonly string[];
  readonly agents: readonly string[];
  readonly frameworks: readonly string[];
}

/** Each seed has its favourites: a run with many faults of one kind finds other things than one with a few of each. */
function drawFaults(
  random: Draw,
  { names, activeMs, network }: { names: Names; activeMs: number; network: NetworkOptions },
): Fault[] {
  const all = [...names.masters, ...names.agents, ...names.frameworks];
  const kinds = [
    'crash-master',
    'crash-agent',
    'power',
    'crash-framework',
    'pause',
    'partition',
    'streams',
    'session',
    'clock',
    'weather',
  ];
  const weights = new Map(kinds.map((kind) => [kind, random.float() < 0.4 ? 0 : random.float()]));
  const meanMs = random.pick([8_000, 20_000, 60_000]) ?? 20_000;
  const faults: Fault[] = [];
  for (let atMs = meanMs * random.float(); atMs < activeMs; atMs += 2 * meanMs * random.float()) {
    const kind = random.pick(kinds) ?? 'pause';
    const keep = random.float() < (weights.get(kind) ?? 0);
    const fault = drawFault(random, { kind, atMs, names, all, network });
    if (keep && fault) faults.push(fault);
  }
  return faults;
}

function drawFault(
  random: Draw,
  {
    kind,
    atMs,
    names,
    all,
    network,
  }: { kind: string; atMs: number; names: Names; all: readonly string[]; network: NetworkOptions },
): Fault | undefined {
  const shortMs = Math.round(random.float() ** 3 * 90_000);
  const crash = (targets: readonly string[]): Fault => ({
    type: 'crash',
    atMs,
    target: random.pick(targets) ?? 'm0',
    afterEffects: random.below(6),
    downMs: 500 + shortMs,
  });
  switch (kind) {
    case 'crash-master':
      return crash(names.masters);
    case 'crash-agent':
      return crash(names.agents);
    case 'power':
      return { type: 'power', atMs, target: random.pick(names.agents) ?? 'a0', downMs: 500 + shortMs };
    case 'crash-framework':
      return crash(names.frameworks);
    case 'pause':
      return { type: 'pause', atMs, target: random.pick(all) ?? 'm0', forMs: shortMs };
    case 'partition': {
      const some = random.shuffled([...all, 'zk']).slice(0, 1 + random.below(Math.ceil(all.length / 2)));
      const direction = random.pick(['both', 'both', 'in', 'out'] as const) ?? 'both';
      return { type: 'partition', atMs, names: some, direction, forMs: shortMs };
    }
    case 'streams':
      return { type: 'break-streams', atMs, count: 1 + random.below(4) };
    case 'session':
      return { type: 'expire-session', atMs };
    case 'clock': {
      const jumpMs = Math.round((random.float() - 0.5) * 120_000);
      return { type: 'clock', atMs, target: random.pick(all) ?? 'm0', jumpMs, rate: 0.97 + 0.06 * random.float() };
    }
    case 'weather':
      return {
        type: 'weather',
        atMs,
        forMs: shortMs,
        network: { ...network, delayMaxMs: 200, spikeShare: 0.1, spikeMaxMs: 5_000, requestLossShare: 0.05 },
      };
    default:
      return undefined;
  }
}
