// Frees shuffle files and cached partitions of datasets the program has let go of. Lineage nodes are watched: when the
// garbage collector takes one, nobody can ask for its data any more.
import type { LineageNode } from '../core/plan/lineage.js';

export interface CleanerActions {
  removeShuffle(shuffleId: number): void;
  removeRdd(rddId: number): void;
}

type Leftover = { readonly shuffleIds: readonly number[]; readonly rddId: number };

export class Cleaner {
  private readonly registry: FinalizationRegistry<Leftover>;
  private stopped = false;

  constructor(actions: CleanerActions) {
    this.registry = new FinalizationRegistry(({ shuffleIds, rddId }) => {
      if (this.stopped) return;
      for (const shuffleId of shuffleIds) actions.removeShuffle(shuffleId);
      actions.removeRdd(rddId);
    });
  }

  watch(node: LineageNode): void {
    const shuffleIds = node.edges.flatMap((edge) => (edge.kind === 'shuffle' ? [edge.shuffleId] : []));
    this.registry.register(node, { shuffleIds, rddId: node.id });
  }

  stop(): void {
    this.stopped = true;
  }
}
