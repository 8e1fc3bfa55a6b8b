// Stages: the pieces between shuffles, and the books kept about them.
import type { LineageNode, ShuffleEdge, StageOutput } from '../plan/lineage.js';
import type { CacheLocations } from './cache-locations.js';

export interface Stage {
  readonly id: number;
  /** The node whose partitions the tasks compute. */
  readonly root: LineageNode;
  readonly output: StageOutput;
  /** The shuffle it writes; undefined for the last stage of a job. */
  readonly shuffle: ShuffleEdge | undefined;
  /** First job that needed it: its place in the order of stages. */
  readonly firstJobId: number;
  readonly jobs: Set<number>;
  attempts: number;
  /** Attempts that ended in failed fetches since the stage last succeeded. */
  readonly failedAttempts: Set<number>;
  /** Partitions of the running attempt without an end. */
  readonly pending: Set<number>;
  /** Partitions whose accumulators were counted. */
  readonly counted: Set<number>;
  /** Stages that wait for this one's output. */
  readonly waiters: Set<Stage>;
  state: 'new' | 'waiting' | 'running' | 'failed' | 'done';
}

/** The shuffles a stage has to read that are not spared by a fully cached dataset, in order of their ids. */
export function neededShuffles(root: LineageNode, caches: CacheLocations): ShuffleEdge[] {
  const found = new Map<number, ShuffleEdge>();
  const visit: LineageNode[] = [root];
  const seen = new Set<LineageNode>();
  while (visit.length > 0) {
    const node = visit.pop() as LineageNode;
    if (seen.has(node)) continue;
    seen.add(node);
    if (node.storage !== undefined && caches.holdsAll(node.id, node.partitions)) continue;
    for (const edge of node.edges) {
      if (edge.kind === 'shuffle') found.set(edge.shuffleId, edge);
      else visit.push(edge.parent);
    }
  }
  return [...found.values()].toSorted((a, b) => a.shuffleId - b.shuffleId);
}
