// Why there are no executors, or no more of them: what was wrong with the offers, agent by agent.

export type Refusal =
  | { readonly kind: 'constraint'; readonly text: string }
  | { readonly kind: 'cores'; readonly offered: number; readonly needed: number }
  | { readonly kind: 'memory'; readonly offeredMiB: number; readonly neededMiB: number }
  | { readonly kind: 'ports'; readonly wanted: readonly number[] }
  | { readonly kind: 'excluded'; readonly failures: number }
  | { readonly kind: 'agentLimit'; readonly limit: number }
  | { readonly kind: 'memoryLimit'; readonly limitMiB: number };

/** Agents remembered; beyond it the oldest is forgotten. */
const AGENTS_MAX = 1000;

export class Shortage {
  private readonly refusals = new Map<string, { hostname: string; refusal: Refusal }>();

  /** An agent's newest offers were of no use. */
  refused(agentId: string, hostname: string, refusal: Refusal): void {
    this.refusals.delete(agentId);
    if (this.refusals.size >= AGENTS_MAX) this.refusals.delete(this.refusals.keys().next().value as string);
    this.refusals.set(agentId, { hostname, refusal });
  }

  /** An agent's newest offers were used. */
  accepted(agentId: string): void {
    this.refusals.delete(agentId);
  }

  /** Counts by kind, for metrics. */
  counts(): Readonly<Partial<Record<Refusal['kind'], number>>> {
    const counts: Partial<Record<Refusal['kind'], number>> = {};
    for (const { refusal } of this.refusals.values()) counts[refusal.kind] = (counts[refusal.kind] ?? 0) + 1;
    return counts;
  }

  /** What was wrong, the most frequent first, with an agent as an example; undefined when nothing was refused. */
  explain(): string | undefined {
    const byKind = new Map<Refusal['kind'], { hostname: string; refusal: Refusal }[]>();
    for (const entry of this.refusals.values()) {
      const known = byKind.get(entry.refusal.kind);
      if (known === undefined) byKind.set(entry.refusal.kind, [entry]);
      else known.push(entry);
    }
    const parts = [...byKind.values()].sort((a, b) => b.length - a.length).map(describeKind);
    return parts.length === 0 ? undefined : parts.join('; ');
  }
}

function describeKind(entries: readonly { hostname: string; refusal: Refusal }[]): string {
  const { hostname, refusal } = bestOf(entries);
  const agents = entries.length === 1 ? `the offer of ${hostname}` : `offers of ${entries.length} agents`;
  const example = entries.length === 1 ? '' : `, for example on ${hostname}`;
  switch (refusal.kind) {
    case 'constraint':
      return `${agents} did not meet spark.mesos.constraints${example}: ${refusal.text}`;
    case 'cores':
      return `${agents} had too few cpus: at most ${refusal.offered} whole ones, an executor needs ${refusal.needed} (spark.executor.cores)`;
    case 'memory':
      return `${agents} had too little memory: at most ${refusal.offeredMiB} MiB, an executor needs ${refusal.neededMiB} MiB (spark.executor.memory and overhead)`;
    case 'ports':
      return `${agents} did not hold port ${refusal.wanted.join(', ')} (spark.blockManager.port)`;
    case 'excluded':
      return `${agents} came from agents where ${refusal.failures} executors failed (spark.mesos.maxExecutorFailuresPerAgent)`;
    case 'agentLimit':
      return `${agents} came from agents that have ${refusal.limit} of our cores already (spark.mesos.coresPerAgent.max)`;
    case 'memoryLimit':
      return `${agents} were not needed: ${refusal.limitMiB} MiB are in use (spark.mesos.mem.max)`;
  }
}

/** The offer that came closest. */
function bestOf(entries: readonly { hostname: string; refusal: Refusal }[]): { hostname: string; refusal: Refusal } {
  return entries.reduce((best, entry) => (closeness(entry.refusal) > closeness(best.refusal) ? entry : best));
}

function closeness(refusal: Refusal): number {
  if (refusal.kind === 'cores') return refusal.offered;
  return refusal.kind === 'memory' ? refusal.offeredMiB : 0;
}
