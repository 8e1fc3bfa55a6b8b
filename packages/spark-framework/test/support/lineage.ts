// Lineages without functions, for the tests of the scheduling machines.
import type { LineageNode, NarrowEdge, ShuffleEdge } from '../../src/core/plan/lineage.js';
import type { PartitionMap } from '../../src/core/plan/operations.js';

let nextId = 0;

export function node(
  edges: readonly (NarrowEdge | ShuffleEdge)[],
  partitions: number,
  more: Partial<LineageNode> = {},
): LineageNode {
  return {
    id: nextId++,
    name: `node`,
    operation: { kind: 'concat' },
    edges,
    partitions,
    functions: new Map(),
    storage: undefined,
    ...more,
  };
}

export const source = (partitions: number): LineageNode => node([], partitions);

export function narrow(
  parent: LineageNode,
  map: PartitionMap = { kind: 'same' },
  partitions = parent.partitions,
): LineageNode {
  return node([{ kind: 'narrow', parent, map }], partitions);
}

export function shuffleEdge(parent: LineageNode, partitions: number): ShuffleEdge {
  return {
    kind: 'shuffle',
    parent,
    shuffleId: nextId++,
    partitioner: { kind: 'hash', partitions },
    functions: new Map(),
  };
}

export function shuffled(parent: LineageNode, partitions: number): LineageNode {
  return node([shuffleEdge(parent, partitions)], partitions);
}

/** Several parents in one stage, at the same partition. */
export function joined(...parents: LineageNode[]): LineageNode {
  return node(
    parents.map((parent): NarrowEdge => ({ kind: 'narrow', parent, map: { kind: 'same' } })),
    parents[0]?.partitions ?? 0,
  );
}
