// The lineage graph the DAG scheduler works on, and the part of it one stage computes. Nodes are immutable but for
// their storage level; shuffles are the only edges between stages.
import type {
  Aggregate,
  FunctionRef,
  Operation,
  PartitionMap,
  Partitioner,
  ResultAction,
  StorageLevel,
  TaskInput,
} from './operations.js';
import { parentPartitions } from './operations.js';

export interface NarrowEdge {
  readonly kind: 'narrow';
  readonly parent: LineageNode;
  readonly map: PartitionMap;
}

/** What the map side of a shuffle does. */
export interface ShuffleEdge {
  readonly kind: 'shuffle';
  readonly parent: LineageNode;
  readonly shuffleId: number;
  readonly partitioner: Partitioner;
  /** Combines on the map side, when given. */
  readonly aggregate?: Aggregate;
  /** Functions the map side needs, by id. */
  readonly functions: ReadonlyMap<FunctionRef, unknown>;
}

export interface LineageNode {
  readonly id: number;
  readonly name: string;
  readonly operation: Operation;
  readonly edges: readonly (NarrowEdge | ShuffleEdge)[];
  readonly partitions: number;
  /** Source nodes: what each partition reads. */
  readonly inputs?: readonly TaskInput[];
  /** Functions the operation names, by id. */
  readonly functions: ReadonlyMap<FunctionRef, unknown>;
  /** How its pairs are placed, as a text that is equal for equal placements; undefined when nothing is known. */
  readonly placement?: string;
  storage: StorageLevel | undefined;
}

/** One node of a stage plan; parents are positions in the plan, with how partitions map. */
export interface PlanNode {
  readonly rddId: number;
  readonly operation: Operation;
  readonly parents: readonly { readonly node: number; readonly map: PartitionMap }[];
  readonly storage?: StorageLevel;
}

/** What the tasks of a stage do with the records they made. */
export type StageOutput =
  | {
      readonly kind: 'shuffle';
      readonly shuffleId: number;
      readonly partitioner: Partitioner;
      readonly aggregate?: Aggregate;
    }
  | { readonly kind: 'result'; readonly action: ResultAction };

/** The part of the lineage one stage computes; sent once to each executor. Nodes come after their parents. */
export interface StagePlan {
  readonly nodes: readonly PlanNode[];
  readonly root: number;
  readonly output: StageOutput;
}

/** The stage that ends in `root`: everything reachable over narrow edges. */
export function planStage(root: LineageNode, output: StageOutput): StagePlan {
  const positions = new Map<LineageNode, number>();
  const nodes: PlanNode[] = [];
  for (const node of narrowClosure(root)) {
    const parents: { node: number; map: PartitionMap }[] = [];
    for (const edge of node.edges) {
      if (edge.kind === 'narrow') parents.push({ node: positions.get(edge.parent) as number, map: edge.map });
    }
    positions.set(node, nodes.length);
    nodes.push({
      rddId: node.id,
      operation: node.operation,
      parents,
      ...(node.storage === undefined ? {} : { storage: node.storage }),
    });
  }
  return { nodes, root: positions.get(root) as number, output };
}

/** The nodes of a stage in the order of planStage: parents first, each once. */
export function narrowClosure(root: LineageNode): LineageNode[] {
  const done = new Set<LineageNode>();
  const ordered: LineageNode[] = [];
  // An explicit stack: lineages of iterative programs are thousands of nodes deep.
  const stack: { node: LineageNode; next: number }[] = [{ node: root, next: 0 }];
  while (stack.length > 0) {
    const top = stack.at(-1) as { node: LineageNode; next: number };
    const edge = top.node.edges[top.next++];
    if (edge === undefined) {
      stack.pop();
      if (!done.has(top.node)) ordered.push(top.node);
      done.add(top.node);
    } else if (edge.kind === 'narrow' && !done.has(edge.parent)) {
      stack.push({ node: edge.parent, next: 0 });
    }
  }
  return ordered;
}

/** The partitions of each node one task computes; `nodes` is a narrowClosure, the task's partition one of its last. */
export function neededPartitions(
  nodes: readonly LineageNode[],
  partition: number,
): Map<LineageNode, readonly number[]> {
  const needed = new Map<LineageNode, number[]>([[nodes.at(-1) as LineageNode, [partition]]]);
  for (let position = nodes.length - 1; position >= 0; position--) {
    const node = nodes[position] as LineageNode;
    for (const wanted of needed.get(node) ?? []) {
      for (const edge of node.edges) {
        if (edge.kind !== 'narrow') continue;
        let parents = needed.get(edge.parent);
        if (parents === undefined) needed.set(edge.parent, (parents = []));
        for (const parent of parentPartitions(edge.map, wanted)) if (!parents.includes(parent)) parents.push(parent);
      }
    }
  }
  return needed;
}

/** The source partitions one task reads: position of the node in the plan, partition, and its input. */
export interface PlacedInput {
  readonly node: number;
  readonly partition: number;
  readonly input: TaskInput;
}

/** The inputs of the task for `partition` of the last of `nodes`, in plan order. */
export function taskInputs(nodes: readonly LineageNode[], partition: number): PlacedInput[] {
  const needed = neededPartitions(nodes, partition);
  return nodes.flatMap((node, position) => {
    const { inputs } = node;
    if (inputs === undefined) return [];
    return (needed.get(node) ?? []).map((wanted) => ({
      node: position,
      partition: wanted,
      input: inputs[wanted] as TaskInput,
    }));
  });
}

/** The lineage as text, shuffles indented: what toDebugString prints. */
export function describeLineage(root: LineageNode): string {
  const lines: string[] = [];
  const shown = new Set<LineageNode>();
  const stack: { node: LineageNode; depth: number }[] = [{ node: root, depth: 0 }];
  while (stack.length > 0) {
    const { node, depth } = stack.pop() as { node: LineageNode; depth: number };
    if (shown.has(node)) {
      lines.push(`${' '.repeat(depth)}${node.name} [${node.id}] (see above)`);
      continue;
    }
    shown.add(node);
    const shuffled = node.edges.some((edge) => edge.kind === 'shuffle');
    const cached = node.storage === undefined ? '' : ` [cached: ${describeStorage(node.storage)}]`;
    lines.push(
      `${' '.repeat(depth)}${depth > 0 && shuffled ? '+-' : ''}(${node.partitions}) ${node.name} [${node.id}]${cached}`,
    );
    const below = node.edges.toReversed();
    for (const edge of below) {
      stack.push({ node: edge.parent, depth: edge.kind === 'shuffle' || node.edges.length > 1 ? depth + 2 : depth });
    }
  }
  return lines.join('\n');
}

export function describeStorage(level: StorageLevel): string {
  if (level.memory && level.disk) return 'memory and disk';
  return level.disk ? 'disk' : 'memory';
}
