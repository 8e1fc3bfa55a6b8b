// Cuts jobs into stages at shuffles, runs stages when what they read is there, and makes lost output again. A machine:
// events in, effects out. Follows Spark's DAGScheduler.
//
//   new ──parents missing──▶ waiting ──parents done──▶ running ──all partitions──▶ done
//                                                       │  ▲
//                                          fetch failed ▼  │ 200 ms later, with the map stage
//                                                      failed
//
// D1  A stage runs only while every shuffle it reads was complete when its attempt was submitted.
// D2  Every partition of a job is delivered exactly once.
// D3  A job ends exactly once.
import type { LineageNode, ShuffleEdge, StageOutput } from '../plan/lineage.js';
import { narrowClosure, neededPartitions } from '../plan/lineage.js';
import type { Preference } from '../tasks/locality.js';
import type { FetchFailure } from '../tasks/task-scheduler.js';
import type { TaskSetSpec, TaskSpec } from '../tasks/task-set.js';
import { CacheLocations } from './cache-locations.js';
import { MapOutputs, type OutputLocation } from './map-outputs.js';
import { neededShuffles, type Stage } from './stages.js';

export interface JobSpec {
  readonly jobId: number;
  readonly root: LineageNode;
  readonly output: Extract<StageOutput, { kind: 'result' }>;
  /** Partitions of the root to compute, in the order results are wanted. */
  readonly partitions: readonly number[];
}

interface FromTask {
  readonly stageId: number;
  readonly stageAttempt: number;
  readonly partition: number;
  readonly taskId: number;
  readonly executorId: string;
}

export type DagEvent =
  | { readonly type: 'jobSubmitted'; readonly job: JobSpec }
  | { readonly type: 'jobCancelled'; readonly jobId: number; readonly reason: string }
  | ({ readonly type: 'taskSucceeded'; readonly payload: unknown; readonly mapSizes?: readonly number[] } & FromTask)
  | ({ readonly type: 'fetchFailed'; readonly failure: FetchFailure } & FromTask)
  | { readonly type: 'outputsLost'; readonly stageId: number; readonly partitions: readonly number[] }
  | { readonly type: 'aborted'; readonly stageId: number; readonly reason: string }
  | { readonly type: 'executorAdded'; readonly location: OutputLocation }
  | { readonly type: 'executorLost'; readonly executorId: string; readonly outputsLost: boolean }
  | { readonly type: 'tick' };

export type DagEffect =
  | { readonly type: 'submit'; readonly stage: Stage; readonly set: TaskSetSpec }
  | { readonly type: 'cancel'; readonly stageId: number; readonly reason: string }
  /** A result partition, by its place among the job's partitions. */
  | {
      readonly type: 'result';
      readonly jobId: number;
      readonly index: number;
      readonly payload: unknown;
      readonly from: FromTask;
    }
  /** The first success of a partition of a stage: what it counted counts. */
  | { readonly type: 'count'; readonly payload: unknown }
  | { readonly type: 'stageEnded'; readonly stage: Stage; readonly failure?: string }
  | { readonly type: 'jobEnded'; readonly jobId: number; readonly failure?: string }
  | { readonly type: 'wakeAt'; readonly atMs: number };

export interface DagSchedulerOptions {
  /** spark.stage.maxConsecutiveAttempts */
  readonly maxStageAttempts: number;
}

/** How long after a failed fetch stages are submitted again; further failures in between join it (Spark: RESUBMIT_TIMEOUT). */
export const RESUBMIT_DELAY_MS = 200;
/** A reduce task prefers executors with at least this share of its input (Spark: REDUCER_PREF_LOCS_FRACTION). */
const PREFERENCE_FRACTION = 0.2;
/** Above this many partitions preferences of reduce tasks are not worked out (Spark: SHUFFLE_PREF_REDUCE_THRESHOLD). */
const PREFERENCE_PARTITIONS_MAX = 1000;

interface Job {
  readonly spec: JobSpec;
  readonly stage: Stage;
  readonly finished: boolean[];
  remaining: number;
}

export class DagScheduler {
  readonly outputs = new MapOutputs();
  readonly caches = new CacheLocations();
  private readonly options: DagSchedulerOptions;
  private readonly jobs = new Map<number, Job>();
  private readonly stages = new Map<number, Stage>();
  private readonly shuffleStages = new Map<number, Stage>();
  private readonly executors = new Map<string, OutputLocation>();
  private nextStageId = 0;
  private resubmitAtMs: number | undefined;
  private effects: DagEffect[] = [];

  constructor(options: DagSchedulerOptions) {
    this.options = options;
  }

  handle(event: DagEvent, nowMs: number): DagEffect[] {
    this.effects = [];
    switch (event.type) {
      case 'jobSubmitted':
        this.submitJob(event.job);
        break;
      case 'jobCancelled':
        this.endJob(event.jobId, event.reason);
        break;
      case 'taskSucceeded':
        this.taskSucceeded(event);
        break;
      case 'fetchFailed':
        this.fetchFailed(event, nowMs);
        break;
      case 'outputsLost':
        this.mapPartitionsLost(event.stageId, event.partitions);
        break;
      case 'aborted':
        this.abortStage(event.stageId, event.reason);
        break;
      case 'executorAdded':
        this.executors.set(event.location.executorId, event.location);
        break;
      case 'executorLost':
        this.executorLost(event);
        break;
      case 'tick':
        this.resubmitFailed(nowMs);
        break;
    }
    if (this.resubmitAtMs !== undefined) this.effects.push({ type: 'wakeAt', atMs: this.resubmitAtMs });
    return this.effects;
  }

  // Jobs

  private submitJob(spec: JobSpec): void {
    const stage = this.createStage({ root: spec.root, output: spec.output, jobs: [spec.jobId] });
    const finished = spec.partitions.map(() => false);
    this.jobs.set(spec.jobId, { spec, stage, finished, remaining: finished.length });
    if (finished.length === 0) {
      this.endJob(spec.jobId, undefined);
      return;
    }
    this.submitStage(stage);
  }

  /** Ends a job and what only it needed. */
  private endJob(jobId: number, failure: string | undefined): void {
    const job = this.jobs.get(jobId);
    if (job === undefined) return;
    this.jobs.delete(jobId);
    for (const stage of [...this.stages.values()]) {
      if (!stage.jobs.delete(jobId) || stage.jobs.size > 0) continue;
      if (stage.state === 'running') {
        this.effects.push({ type: 'cancel', stageId: stage.id, reason: failure ?? 'its job is done' });
        this.stageEnded(stage, failure ?? 'its job is done');
      }
      this.stages.delete(stage.id);
      if (stage.shuffle !== undefined) this.shuffleStages.delete(stage.shuffle.shuffleId);
    }
    this.effects.push({ type: 'jobEnded', jobId, ...(failure === undefined ? {} : { failure }) });
  }

  // Stages

  private createStage({
    root,
    output,
    jobs,
    shuffle,
  }: {
    root: LineageNode;
    output: StageOutput;
    jobs: Iterable<number>;
    shuffle?: ShuffleEdge;
  }): Stage {
    const members = new Set(jobs);
    const stage: Stage = {
      id: this.nextStageId++,
      root,
      output,
      shuffle,
      firstJobId: Math.min(...members),
      jobs: members,
      attempts: 0,
      failedAttempts: new Set(),
      pending: new Set(),
      counted: new Set(),
      waiters: new Set(),
      state: 'new',
    };
    this.stages.set(stage.id, stage);
    return stage;
  }

  /** The stage that writes a shuffle, for the sake of a stage that reads it: it serves all that one's jobs. */
  private parentStage(edge: ShuffleEdge, child: Stage): Stage {
    const { shuffleId, partitioner, aggregate } = edge;
    const known = this.shuffleStages.get(shuffleId);
    if (known !== undefined) {
      this.joinJobs(known, child.jobs);
      return known;
    }
    const output: StageOutput = {
      kind: 'shuffle',
      shuffleId,
      partitioner,
      ...(aggregate === undefined ? {} : { aggregate }),
    };
    const stage = this.createStage({ root: edge.parent, output, jobs: child.jobs, shuffle: edge });
    this.shuffleStages.set(shuffleId, stage);
    this.outputs.register(shuffleId, edge.parent.partitions);
    return stage;
  }

  /** A stage serves more jobs now, and so do the stages it waits for. */
  private joinJobs(stage: Stage, jobs: ReadonlySet<number>): void {
    const visit = [stage];
    while (visit.length > 0) {
      const next = visit.pop() as Stage;
      const before = next.jobs.size;
      for (const jobId of jobs) next.jobs.add(jobId);
      if (next.jobs.size === before) continue;
      for (const edge of neededShuffles(next.root, this.caches)) {
        const parent = this.shuffleStages.get(edge.shuffleId);
        if (parent !== undefined) visit.push(parent);
      }
    }
  }

  /** Runs a stage, or first the stages it waits for. An explicit stack: lineages can be thousands of shuffles deep. */
  private submitStage(stage: Stage): void {
    const stack = [stage];
    while (stack.length > 0) {
      const next = stack.pop() as Stage;
      if (next.state === 'waiting' || next.state === 'running' || next.state === 'failed') continue;
      const missing = neededShuffles(next.root, this.caches)
        .filter((edge) => !this.outputs.isComplete(edge.shuffleId))
        .map((edge) => this.parentStage(edge, next));
      if (missing.length === 0) {
        this.runStage(next);
      } else {
        next.state = 'waiting';
        for (const parent of missing) parent.waiters.add(next);
        stack.push(...missing.toReversed());
      }
    }
  }

  private runStage(stage: Stage): void {
    const partitions = this.partitionsToRun(stage);
    if (partitions.length === 0) {
      stage.state = 'done';
      this.submitWaiters(stage);
      return;
    }
    const stageAttempt = stage.attempts++;
    stage.state = 'running';
    stage.pending.clear();
    for (const partition of partitions) stage.pending.add(partition);
    const nodes = narrowClosure(stage.root);
    const tasks: TaskSpec[] = partitions.map((partition) => ({
      partition,
      preferences: this.preferences(nodes, partition),
    }));
    const set = {
      jobId: stage.firstJobId,
      stageId: stage.id,
      stageAttempt,
      outputsOnExecutors: stage.shuffle !== undefined,
      tasks,
    };
    this.effects.push({ type: 'submit', stage, set });
  }

  private partitionsToRun(stage: Stage): readonly number[] {
    if (stage.shuffle !== undefined) return this.outputs.missing(stage.shuffle.shuffleId);
    const job = [...this.jobs.values()].find((candidate) => candidate.stage === stage);
    return job === undefined ? [] : job.spec.partitions.filter((_, index) => job.finished[index] === false);
  }

  private stageEnded(stage: Stage, failure?: string): void {
    stage.state = failure === undefined ? 'done' : 'failed';
    if (failure === undefined) stage.failedAttempts.clear();
    // Earlier attempts may still be at partitions that are done now.
    if (failure === undefined && stage.attempts > 1) {
      this.effects.push({ type: 'cancel', stageId: stage.id, reason: 'another attempt made the partition' });
    }
    this.effects.push({ type: 'stageEnded', stage, ...(failure === undefined ? {} : { failure }) });
  }

  /** Stages that waited for this one may run, or wait for what else they need. */
  private submitWaiters(stage: Stage): void {
    const waiting = [...stage.waiters].filter((waiter) => waiter.state === 'waiting' && this.stages.has(waiter.id));
    stage.waiters.clear();
    for (const waiter of waiting.sort((a, b) => a.firstJobId - b.firstJobId || a.id - b.id)) {
      waiter.state = 'new';
      this.submitStage(waiter);
    }
  }

  private abortStage(stageId: number, reason: string): void {
    const stage = this.stages.get(stageId);
    if (stage === undefined) return;
    for (const jobId of [...stage.jobs].toSorted((a, b) => a - b)) this.endJob(jobId, reason);
  }

  // Tasks

  private taskSucceeded(event: Extract<DagEvent, { type: 'taskSucceeded' }>): void {
    const stage = this.stages.get(event.stageId);
    // Output of an executor that is known to be lost is no output.
    if (stage === undefined || (stage.shuffle !== undefined && !this.executors.has(event.executorId))) return;
    if (!stage.counted.has(event.partition)) {
      stage.counted.add(event.partition);
      this.effects.push({ type: 'count', payload: event.payload });
    }
    stage.pending.delete(event.partition);
    if (stage.shuffle === undefined) this.resultDone(stage, event);
    else this.mapDone(stage, stage.shuffle, event);
  }

  private resultDone(stage: Stage, event: Extract<DagEvent, { type: 'taskSucceeded' }>): void {
    const { type: _type, payload, mapSizes: _sizes, ...from } = event;
    for (const [jobId, job] of this.jobs) {
      if (job.stage !== stage) continue;
      job.spec.partitions.forEach((partition, index) => {
        if (partition !== event.partition || job.finished[index] === true) return;
        job.finished[index] = true;
        job.remaining--;
        this.effects.push({ type: 'result', jobId, index, payload, from });
      });
      if (job.remaining > 0) continue;
      if (stage.state === 'running') this.stageEnded(stage);
      this.endJob(jobId, undefined);
    }
  }

  private mapDone(stage: Stage, { shuffleId }: ShuffleEdge, event: Extract<DagEvent, { type: 'taskSucceeded' }>): void {
    const location = this.executors.get(event.executorId) as OutputLocation;
    this.outputs.add(shuffleId, event.partition, { location, taskId: event.taskId, sizes: event.mapSizes ?? [] });
    if (stage.state !== 'running' || stage.pending.size > 0) return;
    this.stageEnded(stage);
    if (this.outputs.isComplete(shuffleId)) {
      this.submitWaiters(stage);
      return;
    }
    // Some outputs were lost while the last tasks ran.
    stage.state = 'new';
    this.submitStage(stage);
  }

  private mapPartitionsLost(stageId: number, partitions: readonly number[]): void {
    const stage = this.stages.get(stageId);
    if (stage === undefined || stage.state !== 'running') return;
    for (const partition of partitions) stage.pending.add(partition);
  }

  private fetchFailed(
    { stageId, stageAttempt, failure }: Extract<DagEvent, { type: 'fetchFailed' }>,
    nowMs: number,
  ): void {
    const stage = this.stages.get(stageId);
    // A failure of an attempt that is over already says nothing new.
    if (stage === undefined || stageAttempt !== stage.attempts - 1) return;
    const { shuffleId, mapPartition, executorId, message } = failure;
    if (stage.state === 'running') this.stageEnded(stage, message);
    stage.failedAttempts.add(stageAttempt);
    if (mapPartition >= 0) this.outputs.remove(shuffleId, mapPartition, executorId);
    if (executorId !== undefined) this.outputs.removeExecutor(executorId);
    if (stage.failedAttempts.size >= this.options.maxStageAttempts) {
      const reason = `stage ${stageId} failed ${stage.failedAttempts.size} times in a row because it could not fetch what it reads; the last time: ${message}`;
      this.abortStage(stageId, reason);
      return;
    }
    const mapStage = this.shuffleStages.get(shuffleId);
    if (mapStage?.state === 'done') mapStage.state = 'failed';
    this.resubmitAtMs ??= nowMs + RESUBMIT_DELAY_MS;
  }

  private resubmitFailed(nowMs: number): void {
    if (this.resubmitAtMs === undefined || nowMs < this.resubmitAtMs) return;
    this.resubmitAtMs = undefined;
    const failed = [...this.stages.values()].filter((stage) => stage.state === 'failed');
    for (const stage of failed) stage.state = 'new';
    for (const stage of failed.sort((a, b) => a.firstJobId - b.firstJobId || a.id - b.id)) {
      if (stage.state === 'new') this.submitStage(stage);
    }
  }

  // Executors

  private executorLost({ executorId, outputsLost }: Extract<DagEvent, { type: 'executorLost' }>): void {
    this.executors.delete(executorId);
    this.caches.removeExecutor(executorId);
    if (outputsLost) this.outputs.removeExecutor(executorId);
  }

  /** Where a task would like to run: with its cached data, else with most of what it shuffles in. */
  private preferences(nodes: readonly LineageNode[], partition: number): Preference[] {
    for (const [node, wanted] of neededPartitions(nodes, partition)) {
      for (const one of wanted) {
        const found = this.nodePreferences(node, one);
        if (found.length > 0) return found;
      }
    }
    return [];
  }

  private nodePreferences(node: LineageNode, partition: number): Preference[] {
    if (node.storage !== undefined) {
      const cached = this.caches
        .executorsOf(node.id, partition)
        .flatMap((executorId) => this.executors.get(executorId) ?? []);
      if (cached.length > 0) return cached.map(({ executorId, host }) => ({ executorId, host }));
    }
    if (node.partitions >= PREFERENCE_PARTITIONS_MAX) return [];
    return node.edges.flatMap((edge) =>
      edge.kind === 'shuffle'
        ? this.outputs.preferredExecutors(edge.shuffleId, partition, PREFERENCE_FRACTION).map(({ host }) => ({ host }))
        : [],
    );
  }
}
