// Plans of the stages under way, as executors get them, and what a task needs besides.
import type { Stage } from '../core/dag/stages.js';
import {
  narrowClosure,
  neededPartitions,
  planStage,
  taskInputs,
  type LineageNode,
  type PlacedInput,
} from '../core/plan/lineage.js';
import type { CacheLocations } from '../core/dag/cache-locations.js';
import type { ShippedFunction } from '../closures/types.js';
import type { PlanMessage } from '../protocol.js';

interface StageEntry {
  readonly stage: Stage;
  readonly message: PlanMessage;
  readonly nodes: readonly LineageNode[];
}

type Functions = ReadonlyMap<string, unknown>;

export class StagePlans {
  private readonly stages = new Map<number, StageEntry>();
  private nextPlan = 0;

  /** Plans a stage; `actionFunctions` are those the job's action names. */
  add(stage: Stage, actionFunctions: Functions): void {
    const nodes = narrowClosure(stage.root);
    const functions = new Map<string, ShippedFunction>();
    const collect = (some: Functions): void => {
      for (const [id, shipped] of some) functions.set(id, shipped as ShippedFunction);
    };
    for (const node of nodes) collect(node.functions);
    collect(stage.shuffle === undefined ? actionFunctions : stage.shuffle.functions);
    const planId = `${stage.id}.${this.nextPlan++}`;
    const plan = planStage(stage.root, stage.output);
    this.stages.set(stage.id, { stage, nodes, message: { planId, plan, functions: [...functions.values()] } });
  }

  get(stageId: number): StageEntry | undefined {
    return this.stages.get(stageId);
  }

  /** Forgets a stage; returns the id of its plan. */
  remove(stageId: number): string | undefined {
    const entry = this.stages.get(stageId);
    this.stages.delete(stageId);
    return entry?.message.planId;
  }
}

export function inputsOf({ nodes }: StageEntry, partition: number): PlacedInput[] {
  return nodes.some((node) => node.inputs !== undefined) ? taskInputs(nodes, partition) : [];
}

/** Executors that hold cached partitions a task may read, by block id. */
export function cachedFor({ nodes }: StageEntry, partition: number, caches: CacheLocations): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  if (!nodes.some((node) => node.storage !== undefined)) return found;
  for (const [node, partitions] of neededPartitions(nodes, partition)) {
    if (node.storage === undefined) continue;
    for (const wanted of partitions) {
      const executors = caches.executorsOf(node.id, wanted);
      if (executors.length > 0) found[`rdd_${node.id}_${wanted}`] = executors;
    }
  }
  return found;
}
