// Runs tasks on a worker thread, one at a time: compiles what the plan names, computes the partition, reports.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { compileFunction, handlesOf, type Callable } from '../../closures/compile.js';
import type { ShippedFunction } from '../../closures/types.js';
import type { StagePlan } from '../../core/plan/lineage.js';
import { emptyMetrics, type TaskMetrics } from '../../core/task-metrics.js';
import { RecordError } from '../../data/columns.js';
import { KeyError } from '../../data/keys.js';
import type { LaunchTask, PlanMessage, TaskResult } from '../../protocol.js';
import { builtin } from '../compute/builtins.js';
import { NodeReaders } from '../compute/nodes.js';
import { runResult } from '../compute/results.js';
import { writeShuffle } from '../compute/shuffle-write.js';
import {
  FetchFailedError,
  TaskKilledError,
  type ShuffleReads,
  type TaskContext,
  type TaskFunction,
} from '../compute/task-context.js';
import { WorkerBlocks } from './blocks.js';
import { reportError } from './error-report.js';
import { Handles } from './handles.js';
import type { FromWorker, WorkerData, WrittenMapOutput } from './messages.js';
import type { Questions } from './questions.js';
import { SegmentFrames } from './segment-frames.js';

interface Plan {
  readonly plan: StagePlan;
  readonly functions: ReadonlyMap<string, ShippedFunction>;
}

/** Compiled functions kept per worker; beyond it the cache starts anew. */
const COMPILED_MAX = 2000;

type Done = Extract<FromWorker, { type: 'done' }>;

export class TaskRunner {
  private readonly plans = new Map<string, Plan>();
  private readonly compiled = new Map<string, TaskFunction>();
  private readonly handles: Handles;
  private readonly worker: WorkerData;
  private readonly questions: Questions;
  private readonly killFlag: Int32Array;

  constructor(worker: WorkerData, questions: Questions) {
    this.worker = worker;
    this.questions = questions;
    this.killFlag = new Int32Array(worker.killFlag);
    this.handles = new Handles(questions);
  }

  addPlan({ planId, plan, functions }: PlanMessage): void {
    this.plans.set(planId, { plan, functions: new Map(functions.map((shipped) => [shipped.id, shipped])) });
  }

  dropPlans(planIds: readonly string[]): void {
    for (const planId of planIds) this.plans.delete(planId);
  }

  dropBroadcast(id: number): void {
    this.handles.dropBroadcast(id);
  }

  /** Runs one task to its end; never rejects. */
  async run(task: LaunchTask): Promise<Done> {
    const metrics = emptyMetrics();
    const started = performance.now();
    const done = await this.attempt(task, metrics).catch((error: unknown) => ({ result: failure(error, metrics) }));
    metrics.executorRunTimeMs = Math.round(performance.now() - started);
    // Whatever a failed task added is dropped: only successes count.
    if (done.result.status !== 'success') this.handles.takeUpdates();
    return { type: 'done', taskId: task.taskId, ...done };
  }

  private async attempt(task: LaunchTask, metrics: TaskMetrics): Promise<Omit<Done, 'type' | 'taskId'>> {
    const entry = this.plans.get(task.planId);
    if (entry === undefined) throw new Error(`the plan ${task.planId} never arrived`);
    for (const shipped of entry.functions.values()) await this.handles.load(handlesOf(shipped));
    const blocks = new WorkerBlocks({
      worker: this.worker,
      questions: this.questions,
      cached: task.cached,
      taskId: task.taskId,
    });
    const context = this.context(task, entry, { metrics, blocks });
    const { plan } = entry;
    const source = await new NodeReaders(plan, context).openRoot(task.partition);
    let done: Omit<Done, 'type' | 'taskId'>;
    if (plan.output.kind === 'shuffle') {
      const { shuffleId } = plan.output;
      const { path, extents } = await writeShuffle(source, plan.output, {
        context,
        path: this.shufflePath(shuffleId, task),
      });
      const mapOutput: WrittenMapOutput = { shuffleId, mapPartition: task.partition, path, extents };
      done = { result: this.success(metrics, { mapSizes: extents.map(sumOfLengths) }), mapOutput };
    } else {
      done = this.delivered(await runResult(source, plan.output.action, context), metrics);
    }
    await blocks.settled();
    context.checkKilled();
    return done;
  }

  private shufflePath(shuffleId: number, task: LaunchTask): string {
    const folder = join(this.worker.localDirectory, 'shuffle');
    mkdirSync(folder, { recursive: true });
    return join(folder, `shuffle_${shuffleId}_${task.partition}_${task.taskId}.data`);
  }

  private success(metrics: TaskMetrics, parts: Partial<Extract<TaskResult, { status: 'success' }>>): TaskResult {
    return { status: 'success', accumulators: this.handles.takeUpdates(), metrics, ...parts };
  }

  private delivered(frames: Buffer, metrics: TaskMetrics): Omit<Done, 'type' | 'taskId'> {
    metrics.resultBytes = frames.length;
    if (frames.length <= this.worker.directResultBytesMax) return { result: this.success(metrics, { result: frames }) };
    const stored = new SharedArrayBuffer(frames.length);
    new Uint8Array(stored).set(frames);
    return { result: this.success(metrics, { storedResultBytes: frames.length }), stored };
  }

  private context(
    task: LaunchTask,
    entry: Plan,
    { metrics, blocks }: { metrics: TaskMetrics; blocks: WorkerBlocks },
  ): TaskContext {
    return {
      taskId: task.taskId,
      stageId: task.stageId,
      attempt: task.attempt,
      partition: task.partition,
      inputs: task.inputs,
      shuffles: this.shuffles(metrics),
      blocks,
      memoryBytes: this.worker.taskMemoryBytes,
      spillDirectory: join(this.worker.localDirectory, 'spill'),
      metrics,
      fn: (ref) => this.function(ref, entry),
      checkKilled: () => {
        if (Atomics.load(this.killFlag, 0) !== 0) throw new TaskKilledError('the task was told to stop');
      },
    };
  }

  private function(ref: string, entry: Plan): TaskFunction {
    if (ref.startsWith('#')) return builtin(ref);
    const known = this.compiled.get(ref);
    if (known !== undefined) return known;
    const shipped = entry.functions.get(ref);
    if (shipped === undefined) throw new Error(`the plan names function ${ref} but does not carry it`);
    const call: Callable = compileFunction(shipped, this.handles.resolve);
    if (this.compiled.size >= COMPILED_MAX) this.compiled.clear();
    const made = { id: ref, call, isAsync: shipped.isAsync, label: shipped.label };
    this.compiled.set(ref, made);
    return made;
  }

  private shuffles(metrics: TaskMetrics): ShuffleReads {
    return {
      open: async (shuffleId, reducePartition) => {
        const { segments, missing } = await this.questions.ask('segments', { shuffleId, reducePartition });
        if (missing.length > 0) {
          const [mapPartition = -1] = missing;
          throw new FetchFailedError(`output ${mapPartition} of shuffle ${shuffleId} is not available anywhere`, {
            shuffleId,
            mapPartition,
          });
        }
        const { executorId, token, fetch: settings } = this.worker;
        const isLost = (other: string) => this.questions.ask('isLost', { executorId: other });
        return new SegmentFrames(segments, {
          shuffleId,
          reducePartition,
          executorId,
          token,
          settings,
          metrics,
          isLost,
        });
      },
    };
  }
}

function sumOfLengths(extents: readonly number[]): number {
  let bytes = 0;
  for (let index = 1; index < extents.length; index += 2) bytes += extents[index] as number;
  return bytes;
}

function failure(error: unknown, metrics: TaskMetrics): TaskResult {
  if (error instanceof TaskKilledError) return { status: 'killed', reason: error.message, metrics };
  if (error instanceof FetchFailedError) {
    const { shuffleId, mapPartition, executorId, message } = error;
    return {
      status: 'fetchFailed',
      shuffleId,
      mapPartition,
      message,
      metrics,
      ...(executorId === undefined ? {} : { executorId }),
    };
  }
  const fatal = error instanceof RecordError || error instanceof KeyError || error instanceof SyntaxError;
  return { status: 'failed', error: reportError(error), metrics, ...(fatal ? { fatal } : {}) };
}
