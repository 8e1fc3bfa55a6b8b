// The shell around the application's scheduling machine: performs its effects, feeds it what executors report, owns
// the one timer it asks for.
import {
  ApplicationScheduler,
  type ApplicationEffect,
  type ApplicationEvent,
  type ApplicationOptions,
  type TaskStart,
} from '../core/application.js';
import type { JobSpec } from '../core/dag/dag-scheduler.js';
import type { SparkEvent } from '../core/events.js';
import { LOCALITY_NAMES } from '../core/tasks/locality.js';
import type { TaskOutcome } from '../core/tasks/task-scheduler.js';
import type { MapOutputTable, Registration, TaskResult, ToDriver, ToExecutor } from '../protocol.js';
import { resultBlockId } from '../protocol.js';
import type { Peer } from '../rpc/peer.js';
import { formatBytes } from '../core/conf/units.js';
import { ExecutorConnections, type ConnectedExecutor } from './executor-connections.js';
import { mapOutputTable } from './map-output-table.js';
import { fetchStoredResult } from './stored-results.js';
import { cachedFor, inputsOf, StagePlans } from './stage-plans.js';

type Success = Extract<TaskResult, { status: 'success' }>;

/** What waits for a job. */
export interface JobHandler {
  result(index: number, frames: Uint8Array): void;
  ended(failure: string | undefined): void;
}

export interface SchedulerLoopOptions extends ApplicationOptions {
  /** spark.driver.maxResultSize; 0 for no limit. */
  readonly maxResultBytes: number;
  /** Silence after which an executor counts as lost. */
  readonly executorTimeoutMs: number;
  post(event: SparkEvent): void;
  /** A successful task's accumulators, each partition once. */
  count(updates: Success['accumulators']): void;
  demandChanged(hasPendingTasks: boolean): void;
  starved(waitingMs: number): void;
}

interface JobEntry {
  readonly handler: JobHandler;
  readonly functions: ReadonlyMap<string, unknown>;
  resultBytes: number;
}

export class SchedulerLoop {
  readonly connections = new ExecutorConnections();
  private readonly options: SchedulerLoopOptions;
  private readonly machine: ApplicationScheduler;
  private readonly plans = new StagePlans();
  private readonly jobs = new Map<number, JobEntry>();
  private readonly tasks = new Map<number, TaskStart>();
  private timer: NodeJS.Timeout | undefined;
  private timerAtMs = Number.POSITIVE_INFINITY;
  private readonly silenceTimer: NodeJS.Timeout;
  private hadPending = false;
  private stopped = false;

  constructor(options: SchedulerLoopOptions) {
    this.options = options;
    this.machine = new ApplicationScheduler(options);
    this.silenceTimer = setInterval(() => this.dropSilent(), Math.max(1000, options.executorTimeoutMs / 10));
    this.silenceTimer.unref();
  }

  get totalCores(): number {
    return this.machine.totalCores;
  }

  runJob(job: JobSpec, functions: ReadonlyMap<string, unknown>, handler: JobHandler): void {
    this.jobs.set(job.jobId, { handler, functions, resultBytes: 0 });
    this.handle({ type: 'jobSubmitted', job });
  }

  cancelJob(jobId: number, reason: string): void {
    this.handle({ type: 'jobCancelled', jobId, reason });
  }

  cancelAll(reason: string): void {
    for (const jobId of [...this.jobs.keys()]) this.cancelJob(jobId, reason);
  }

  executorAdded(registration: Registration, peer: Peer<ToExecutor>): void {
    const { location } = this.connections.add(registration, peer, Date.now());
    const { executorId, cores, host } = registration;
    this.options.post({ type: 'executorAdded', executorId, host, cores, timeMs: Date.now() });
    this.handle({ type: 'executorAdded', executorId, host: location.host, port: location.port, cores });
  }

  executorLost(executorId: string, { reason, causedByTask }: { reason: string; causedByTask: boolean }): void {
    const executor = this.connections.get(executorId);
    if (executor === undefined) return;
    this.handle({
      type: 'executorLost',
      executorId,
      reason: `${reason} (${this.connections.describe(executorId)})`,
      causedByTask,
    });
    this.connections.remove(executorId);
    executor.peer.close(reason);
    this.connections.broadcast({ type: 'executorLost', executorId });
    this.options.post({ type: 'executorRemoved', executorId, reason, timeMs: Date.now() });
  }

  /** A message of an executor. */
  notice(executorId: string, message: ToDriver): void {
    const executor = this.connections.get(executorId);
    if (executor === undefined) return;
    executor.lastHeardMs = Date.now();
    switch (message.type) {
      case 'taskDone':
        void this.taskDone(executor, message.taskId, message.result);
        return;
      case 'heartbeat':
        return;
      case 'blockAdded': {
        const { blockId, bytes, inMemory } = message;
        this.handle({ type: 'blockAdded', executorId, blockId });
        this.options.post({ type: 'blockUpdated', executorId, blockId, bytes, inMemory });
        return;
      }
      case 'blockRemoved':
        this.handle({ type: 'blockRemoved', executorId, blockId: message.blockId });
        return;
    }
  }

  /** Where a reduce task finds its input. */
  mapOutputs(shuffleId: number, reducePartition: number): MapOutputTable {
    return mapOutputTable(this.machine.dag.outputs.outputs(shuffleId) ?? [], reducePartition);
  }

  removeShuffle(shuffleId: number): void {
    this.machine.dag.outputs.unregister(shuffleId);
    this.connections.broadcast({ type: 'removeShuffle', shuffleId });
  }

  removeRdd(rddId: number): void {
    this.machine.dag.caches.removeDataset(rddId);
    this.connections.broadcast({ type: 'removeRdd', rddId });
  }

  stop(reason: string): void {
    this.cancelAll(reason);
    this.stopped = true;
    clearTimeout(this.timer);
    clearInterval(this.silenceTimer);
    this.connections.broadcast({ type: 'stop', reason });
  }

  private handle(event: ApplicationEvent): void {
    if (this.stopped) return;
    for (const effect of this.machine.handle(event, Date.now())) this.perform(effect);
    const pending = this.machine.hasPendingTasks;
    if (pending !== this.hadPending) {
      this.hadPending = pending;
      this.options.demandChanged(pending);
    }
  }

  private perform(effect: ApplicationEffect): void {
    switch (effect.type) {
      case 'stageSubmitted':
        return this.stageSubmitted(effect);
      case 'stageEnded':
        return this.stageEnded(effect);
      case 'launch':
        return this.launch(effect);
      case 'kill':
        return this.connections
          .get(effect.executorId)
          ?.peer.notify({ type: 'kill', taskId: effect.taskId, reason: effect.reason });
      case 'taskFailed':
        return this.taskFailed(effect);
      case 'result':
        return this.jobs
          .get(effect.jobId)
          ?.handler.result(effect.index, (effect.payload as Success).result ?? new Uint8Array());
      case 'count':
        return this.options.count((effect.payload as Success).accumulators);
      case 'jobEnded':
        return this.jobEnded(effect);
      case 'starved':
        return this.options.starved(effect.waitingMs);
      case 'wakeAt':
        return this.wakeAt(effect.atMs);
    }
  }

  private stageSubmitted({ stage, stageAttempt, tasks }: Extract<ApplicationEffect, { type: 'stageSubmitted' }>): void {
    const functions = this.jobs.get(stage.firstJobId)?.functions ?? new Map<string, unknown>();
    this.plans.add(stage, functions);
    this.options.post({
      type: 'stageSubmitted',
      stageId: stage.id,
      stageAttempt,
      jobIds: [...stage.jobs],
      name: stage.root.name,
      tasks,
      timeMs: Date.now(),
    });
  }

  private stageEnded({ stage, failure }: Extract<ApplicationEffect, { type: 'stageEnded' }>): void {
    const planId = this.plans.remove(stage.id);
    if (planId !== undefined) this.connections.dropPlan(planId);
    this.options.post({
      type: 'stageCompleted',
      stageId: stage.id,
      stageAttempt: stage.attempts - 1,
      timeMs: Date.now(),
      ...(failure === undefined ? {} : { failure }),
    });
  }

  private launch({ type: _type, ...task }: Extract<ApplicationEffect, { type: 'launch' }>): void {
    const executor = this.connections.get(task.executorId);
    const entry = this.plans.get(task.stageId);
    if (executor === undefined || entry === undefined) return;
    const { taskId, stageId, stageAttempt, partition, attempt } = task;
    this.tasks.set(taskId, task);
    this.connections.ensurePlan(executor, entry.message);
    const cachedIds = cachedFor(entry, partition, this.machine.dag.caches);
    const cached = Object.fromEntries(
      Object.entries(cachedIds).map(([blockId, ids]) => [
        blockId,
        ids.flatMap((id) => this.connections.get(id)?.location ?? []),
      ]),
    );
    const { planId } = entry.message;
    const launch = {
      taskId,
      stageId,
      stageAttempt,
      planId,
      partition,
      attempt,
      inputs: inputsOf(entry, partition),
      cached,
    };
    executor.peer.notify({ type: 'launch', task: launch });
    const locality = LOCALITY_NAMES[task.locality];
    this.options.post({ type: 'taskStart', ...task, locality, timeMs: Date.now() });
  }

  private async taskDone(executor: ConnectedExecutor, taskId: number, result: TaskResult): Promise<void> {
    const task = this.tasks.get(taskId);
    this.tasks.delete(taskId);
    const ready =
      result.status === 'success' ? await this.withStoredResult(executor, { taskId, result, task }) : result;
    const outcome = this.outcomeOf(ready, executor.registration.executorId);
    if (task !== undefined) {
      this.options.post({
        type: 'taskEnd',
        taskId,
        stageId: task.stageId,
        status: outcome.status,
        metrics: result.metrics,
        timeMs: Date.now(),
        ...('message' in outcome ? { message: outcome.message } : {}),
      });
    }
    this.handle({ type: 'taskEnded', taskId, outcome });
  }

  /** Checks the size of results and fetches the ones that are kept on the executor. */
  private async withStoredResult(
    { peer }: ConnectedExecutor,
    { taskId, result, task }: { taskId: number; result: Success; task: TaskStart | undefined },
  ): Promise<TaskResult> {
    const { storedResultBytes } = result;
    const bytes = storedResultBytes ?? result.result?.length ?? 0;
    const refused = this.addResultBytes(task?.stageId, bytes);
    const blockId = resultBlockId(taskId);
    if (storedResultBytes === undefined) return result;
    if (refused) {
      peer.notify({ type: 'removeBlock', blockId });
      return { status: 'killed', reason: 'the results of its job are too large', metrics: result.metrics };
    }
    try {
      return { ...result, result: await fetchStoredResult(peer, blockId, storedResultBytes) };
    } catch (error) {
      const message = `its result was lost: ${error instanceof Error ? error.message : String(error)}`;
      return { status: 'failed', error: { name: 'TaskResultLost', message, stack: '' }, metrics: result.metrics };
    }
  }

  /** True when the jobs of the stage were cancelled because their results are too large. */
  private addResultBytes(stageId: number | undefined, bytes: number): boolean {
    const stage = stageId === undefined ? undefined : this.plans.get(stageId)?.stage;
    const { maxResultBytes } = this.options;
    if (stage === undefined || stage.shuffle !== undefined || maxResultBytes === 0) return false;
    for (const jobId of stage.jobs) {
      const job = this.jobs.get(jobId);
      if (job === undefined) continue;
      job.resultBytes += bytes;
      if (job.resultBytes <= maxResultBytes) continue;
      const sizes = `${formatBytes(job.resultBytes)} of results exceed spark.driver.maxResultSize (${formatBytes(maxResultBytes)})`;
      this.cancelJob(jobId, `${sizes}: take less, save to files, or raise the limit`);
      return true;
    }
    return false;
  }

  private outcomeOf(result: TaskResult, executorId: string): TaskOutcome {
    switch (result.status) {
      case 'success':
        return {
          status: 'success',
          payload: result,
          ...(result.mapSizes === undefined ? {} : { mapSizes: result.mapSizes }),
        };
      case 'killed':
        return { status: 'killed', reason: result.reason };
      case 'failed': {
        const { name, message, stack } = result.error;
        const lines = [
          `${name}: ${message}`,
          ...(stack === '' ? [] : [stack]),
          `    on ${this.connections.describe(executorId)}`,
        ];
        return { status: 'failed', message: lines.join('\n'), fatal: result.fatal === true };
      }
      case 'fetchFailed': {
        const { metrics: _metrics, ...failure } = result;
        return failure;
      }
    }
  }

  private taskFailed({
    taskId,
    stageId,
    partition,
    message,
    willRetry,
  }: Extract<ApplicationEffect, { type: 'taskFailed' }>): void {
    // One that went with its executor never reported its end.
    if (this.tasks.delete(taskId))
      this.options.post({ type: 'taskEnd', taskId, stageId, status: 'failed', message, timeMs: Date.now() });
    if (willRetry)
      this.options.post({
        type: 'warning',
        message: `task ${partition} of stage ${stageId} failed and is tried again: ${message}`,
      });
  }

  private jobEnded({ jobId, failure }: Extract<ApplicationEffect, { type: 'jobEnded' }>): void {
    const job = this.jobs.get(jobId);
    this.jobs.delete(jobId);
    this.options.post({ type: 'jobEnd', jobId, timeMs: Date.now(), ...(failure === undefined ? {} : { failure }) });
    job?.handler.ended(failure);
  }

  private wakeAt(atMs: number): void {
    if (atMs >= this.timerAtMs) return;
    clearTimeout(this.timer);
    this.timerAtMs = atMs;
    this.timer = setTimeout(
      () => {
        this.timerAtMs = Number.POSITIVE_INFINITY;
        this.handle({ type: 'tick' });
      },
      Math.max(0, atMs - Date.now()),
    );
  }

  private dropSilent(): void {
    const { executorTimeoutMs } = this.options;
    const deadline = Date.now() - executorTimeoutMs;
    for (const { registration, lastHeardMs } of this.connections.all()) {
      if (lastHeardMs >= deadline) continue;
      const reason = `nothing was heard from it for ${Math.round(executorTimeoutMs / 1000)} s (spark.network.timeout)`;
      this.executorLost(registration.executorId, { reason, causedByTask: false });
    }
  }
}
