// Computes one partition of a stage: opens the plan's nodes from the output up to the sources, fusing steps on the way
// and reading or filling the cache where a node is persisted.
import type { PlanNode, StagePlan } from '../../core/plan/lineage.js';
import { parentPartitions, type Operation } from '../../core/plan/operations.js';
import { blockIdOf, cachedReader } from './cache.js';
import { asyncReader, fusedReader, type ElementStep } from './fused.js';
import { cartesianReader, cogroupReader, zipReader } from './joining.js';
import { glomReader, partitionsReader, sampleReader, zipWithIndexReader } from './partition-steps.js';
import { concatReader, type Reader } from './reader.js';
import { aggregatedReader, shuffledReader } from './shuffle-read.js';
import { inputReader } from './sources.js';
import type { TaskContext } from './task-context.js';

/** Opens nodes of one plan for one task. */
export class NodeReaders {
  private readonly plan: StagePlan;
  private readonly context: TaskContext;

  constructor(plan: StagePlan, context: TaskContext) {
    this.plan = plan;
    this.context = context;
  }

  /** The root, split into a reader and the steps that may be fused with what comes after it. */
  async openRoot(partition: number): Promise<{ base: Reader; steps: ElementStep[] }> {
    return this.openChain(this.plan.root, partition);
  }

  private node(position: number): PlanNode {
    const node = this.plan.nodes[position];
    if (node === undefined) throw new Error(`the plan has no node ${position}`);
    return node;
  }

  /** Walks up through element steps until something else, a persisted node or an async step. */
  private async openChain(position: number, partition: number): Promise<{ base: Reader; steps: ElementStep[] }> {
    const steps: ElementStep[] = [];
    let current = position;
    for (;;) {
      const node = this.node(current);
      const step = node.storage === undefined ? elementStep(node.operation, this.context) : undefined;
      if (step === undefined) return { base: await this.openBase(current, partition), steps };
      const parent = this.onlyParent(node);
      if (step.fn?.isAsync === true) {
        const upstream = await this.open(parent, partition);
        return { base: asyncReader(upstream, step, () => this.context.checkKilled()), steps };
      }
      steps.unshift(step);
      current = parent;
    }
  }

  private onlyParent(node: PlanNode): number {
    const [parent] = node.parents;
    if (parent === undefined) throw new Error(`${node.operation.kind} needs a parent`);
    return parent.node;
  }

  /** A reader of one partition of a node. */
  async open(position: number, partition: number): Promise<Reader> {
    const { base, steps } = await this.openChain(position, partition);
    return steps.length === 0 ? base : fusedReader(base, steps, () => this.context.checkKilled());
  }

  private async openBase(position: number, partition: number): Promise<Reader> {
    const node = this.node(position);
    if (node.storage === undefined) return this.compute(position, partition);
    const { storage } = node;
    return cachedReader({ blockId: blockIdOf(node.rddId, partition), storage }, this.context, () =>
      this.computePersisted(position, partition),
    );
  }

  private async computePersisted(position: number, partition: number): Promise<Reader> {
    const node = this.node(position);
    const step = elementStep(node.operation, this.context);
    if (step === undefined) return this.compute(position, partition);
    const upstream = await this.open(this.onlyParent(node), partition);
    const checkKilled = () => this.context.checkKilled();
    return step.fn?.isAsync === true
      ? asyncReader(upstream, step, checkKilled)
      : fusedReader(upstream, [step], checkKilled);
  }

  private async compute(position: number, partition: number): Promise<Reader> {
    const { operation } = this.node(position);
    switch (operation.kind) {
      case 'source':
        return this.openSource(position, partition);
      case 'concat':
        return this.openConcat(position, partition);
      case 'shuffled':
        return shuffledReader(operation, partition, this.context);
      case 'zip':
      case 'cartesian':
      case 'cogroup':
        return this.openMany(position, partition);
      default:
        return this.openPartitionStep(position, partition);
    }
  }

  private openSource(position: number, partition: number): Reader {
    const placed = this.context.inputs.find((input) => input.node === position && input.partition === partition);
    if (placed === undefined) throw new Error(`the task came without the input for partition ${partition}`);
    return inputReader(placed.input, this.context.metrics);
  }

  private openConcat(position: number, partition: number): Reader {
    const openers: (() => Promise<Reader>)[] = [];
    for (const { node, map } of this.node(position).parents) {
      for (const parent of parentPartitions(map, partition)) openers.push(() => this.open(node, parent));
    }
    return concatReader(openers);
  }

  /** One opener per parent, for the operations that read several parents at the same partition. */
  private openers(position: number, partition: number): (() => Promise<Reader>)[] {
    return this.node(position).parents.map(({ node, map }) => () => {
      const [parent] = parentPartitions(map, partition);
      return this.open(node, parent as number);
    });
  }

  private async openMany(position: number, partition: number): Promise<Reader> {
    const openers = this.openers(position, partition);
    const { kind } = this.node(position).operation;
    if (kind === 'cogroup') return cogroupReader(openers, this.context);
    const [left, right] = openers as [() => Promise<Reader>, () => Promise<Reader>];
    return kind === 'cartesian'
      ? cartesianReader(await left(), await right(), this.context)
      : zipReader(await left(), await right());
  }

  private async openPartitionStep(position: number, partition: number): Promise<Reader> {
    const node = this.node(position);
    const upstream = await this.open(this.onlyParent(node), partition);
    const { operation } = node;
    switch (operation.kind) {
      case 'mapPartitions':
        return partitionsReader(upstream, operation, { context: this.context, partition });
      case 'sample':
        return sampleReader(upstream, operation, partition);
      case 'zipWithIndex':
        return zipWithIndexReader(upstream, operation.offsets[partition] ?? 0);
      case 'glom':
        return glomReader(upstream);
      case 'aggregate':
        return aggregatedReader(upstream, operation.aggregate, this.context);
      default:
        throw new Error(`unknown operation ${operation.kind}: driver and executors run different versions`);
    }
  }
}

function elementStep(operation: Operation, context: TaskContext): ElementStep | undefined {
  switch (operation.kind) {
    case 'map':
    case 'filter':
    case 'flatMap':
    case 'mapValues':
    case 'flatMapValues':
    case 'keyBy':
      return { kind: operation.kind, fn: context.fn(operation.fn) };
    case 'keys':
    case 'values':
      return { kind: operation.kind };
    default:
      return undefined;
  }
}
