// Which faults strike whom, when and for how long: all of it from the seed.
import { rngOf } from './random.js';
import type { Rng } from './random.js';

/** Who can be struck. `leader` is the master that leads when the fault comes. */
export type Target = string;

export type Fault = {
  /** Milliseconds after the start of the run. */
  readonly atMs: number;
  /** Until it is healed: the process is started again, continued, connected, or has room again. */
  readonly durationMs: number;
  readonly target: Target;
} & (
  | { readonly kind: 'kill' }
  | { readonly kind: 'freeze' }
  /** The target's packets to `from` are lost, and those of `from` to the target unless it is one-way. */
  | { readonly kind: 'partition'; readonly from: readonly Target[]; readonly isOneWay: boolean }
  | { readonly kind: 'fill-disk' }
);

export interface Cast {
  readonly masters: readonly Target[];
  readonly agents: readonly Target[];
  readonly frameworks: readonly Target[];
  readonly servers: readonly Target[];
  /** Whether the network can be cut here. */
  readonly canPartition: boolean;
  /** Agents with a disk that can be filled. */
  readonly smallDisks: readonly Target[];
}

const GAP_MS = [600, 2_500] as const;
/** From a blink to longer than a session and than the pings that an agent may miss. */
const DURATION_MS = [200, 7_000] as const;

type Kind = Fault['kind'];

interface Choice {
  readonly weight: number;
  readonly kind: Kind;
  readonly of: (cast: Cast) => readonly Target[];
}

const CHOICES: readonly Choice[] = [
  { weight: 4, kind: 'kill', of: () => ['leader'] },
  { weight: 2, kind: 'kill', of: ({ masters }) => masters },
  { weight: 5, kind: 'kill', of: ({ agents }) => agents },
  { weight: 3, kind: 'kill', of: ({ frameworks }) => frameworks },
  { weight: 2, kind: 'kill', of: ({ servers }) => servers },
  { weight: 3, kind: 'freeze', of: () => ['leader'] },
  { weight: 3, kind: 'freeze', of: ({ agents }) => agents },
  { weight: 2, kind: 'freeze', of: ({ frameworks }) => frameworks },
  { weight: 1, kind: 'freeze', of: ({ servers }) => servers },
  { weight: 3, kind: 'partition', of: () => ['leader'] },
  { weight: 4, kind: 'partition', of: ({ agents }) => agents },
  { weight: 2, kind: 'partition', of: ({ frameworks }) => frameworks },
  { weight: 1, kind: 'partition', of: ({ servers }) => servers },
  { weight: 2, kind: 'fill-disk', of: ({ smallDisks }) => smallDisks },
];

/** In order of time; all begin before `durationMs`. */
export function planFaults(seed: number, { durationMs, cast }: { durationMs: number; cast: Cast }): Fault[] {
  const rng = rngOf(seed);
  const choices = CHOICES.filter((choice) => isPossible(choice, cast));
  const faults: Fault[] = [];
  for (let atMs = rng.between(...GAP_MS); atMs < durationMs; atMs += rng.between(...GAP_MS)) {
    faults.push(faultOf(chosen(choices, rng), { atMs, cast, rng }));
  }
  return faults;
}

function isPossible({ kind, of }: Choice, cast: Cast): boolean {
  if (kind === 'partition' && !cast.canPartition) return false;
  return of(cast).length > 0;
}

function chosen(choices: readonly Choice[], rng: Rng): Choice {
  let left = rng.next() * choices.reduce((sum, { weight }) => sum + weight, 0);
  const found = choices.find(({ weight }) => (left -= weight) < 0) ?? choices.at(-1);
  if (!found) throw new Error('there is nobody to strike');
  return found;
}

function faultOf({ kind, of }: Choice, { atMs, cast, rng }: { atMs: number; cast: Cast; rng: Rng }): Fault {
  const target = rng.pick(of(cast));
  const durationMs = rng.between(...DURATION_MS);
  if (kind !== 'partition') return { kind, target, atMs, durationMs };
  const { masters, agents, frameworks, servers } = cast;
  const all = [...masters, ...agents, ...frameworks, ...servers];
  const own = target === 'leader' && masters.length === 1 ? masters[0] : target;
  const groups = [all, all, masters, servers].filter((group) => group.some((name) => name !== own));
  return { kind, target, atMs, durationMs, from: rng.pick(groups), isOneWay: rng.next() < 0.3 };
}

export function describeFault(fault: Fault): string {
  const { kind, target, atMs, durationMs } = fault;
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  const what =
    kind === 'partition'
      ? `cut ${target} off ${fault.isOneWay ? '(one way) ' : ''}${fault.from.join(',')}`
      : `${kind} ${target}`;
  return `${seconds(atMs)}: ${what} for ${seconds(durationMs)}`;
}
