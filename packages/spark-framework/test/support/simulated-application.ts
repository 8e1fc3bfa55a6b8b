// An application on simulated executors: the scheduling machines run as in the driver, tasks end when the test says.
// Map output lives on executors and goes with them; a task that reads lost output fails as it would in truth.
import {
  ApplicationScheduler,
  type ApplicationEffect,
  type ApplicationEvent,
  type ApplicationOptions,
  type TaskStart,
} from '../../src/core/application.js';
import { neededShuffles, type Stage } from '../../src/core/dag/stages.js';
import type { LineageNode } from '../../src/core/plan/lineage.js';

export const OPTIONS: ApplicationOptions = {
  cpusPerTask: 1,
  maxFailures: 4,
  maxStageAttempts: 4,
  starvationTimeoutMs: 15_000,
  shuffleService: false,
  waits: { processMs: 3000, nodeMs: 3000, resetOnLaunch: false },
};

export class SimulatedApplication {
  readonly machine: ApplicationScheduler;
  readonly running = new Map<number, TaskStart>();
  readonly executors = new Set<string>();
  readonly stages = new Map<number, Stage>();
  /** By job: how often each partition was delivered. */
  readonly delivered = new Map<number, number[]>();
  readonly ended = new Map<number, string | undefined>();
  readonly log: ApplicationEffect[] = [];
  counted = 0;
  nowMs = 0;
  private alarmMs: number | undefined;
  private nextExecutor = 0;
  private nextJob = 0;

  constructor(options: Partial<ApplicationOptions> = {}) {
    this.machine = new ApplicationScheduler({ ...OPTIONS, ...options });
  }

  handle(event: ApplicationEvent): ApplicationEffect[] {
    const effects = this.machine.handle(event, this.nowMs);
    for (const effect of effects) this.perform(effect);
    return effects;
  }

  private perform(effect: ApplicationEffect): void {
    if (effect.type !== 'wakeAt') this.log.push(effect);
    switch (effect.type) {
      case 'launch':
        this.running.set(effect.taskId, effect);
        break;
      case 'stageSubmitted':
        this.stages.set(effect.stage.id, effect.stage);
        break;
      case 'result': {
        const times = this.delivered.get(effect.jobId) ?? [];
        times[effect.index] = (times[effect.index] ?? 0) + 1;
        this.delivered.set(effect.jobId, times);
        break;
      }
      case 'count':
        this.counted++;
        break;
      case 'jobEnded':
        if (this.ended.has(effect.jobId)) throw new Error(`job ${effect.jobId} ended twice`);
        this.ended.set(effect.jobId, effect.failure);
        break;
      case 'wakeAt':
        this.alarmMs = Math.min(this.alarmMs ?? Number.POSITIVE_INFINITY, effect.atMs);
        break;
      default:
    }
  }

  addExecutor(cores = 1, host = `h${this.nextExecutor}`): string {
    const executorId = String(this.nextExecutor++);
    this.executors.add(executorId);
    this.handle({ type: 'executorAdded', executorId, host, port: 1, cores });
    return executorId;
  }

  loseExecutor(executorId: string, causedByTask = false): void {
    this.executors.delete(executorId);
    for (const [taskId, task] of this.running) if (task.executorId === executorId) this.running.delete(taskId);
    this.handle({ type: 'executorLost', executorId, reason: 'it was taken away', causedByTask });
  }

  submit(root: LineageNode, partitions = Array.from({ length: root.partitions }, (_, index) => index)): number {
    const jobId = this.nextJob++;
    this.handle({
      type: 'jobSubmitted',
      job: { jobId, root, output: { kind: 'result', action: { kind: 'count' } }, partitions },
    });
    return jobId;
  }

  /** Ends a task as it would end: well, or with a failed fetch when what it reads is gone. */
  finish(taskId: number): void {
    const task = this.running.get(taskId);
    if (task === undefined) return;
    this.running.delete(taskId);
    const stage = this.stages.get(task.stageId) as Stage;
    for (const edge of neededShuffles(stage.root, this.machine.dag.caches)) {
      const outputs = this.machine.dag.outputs.outputs(edge.shuffleId) ?? [undefined];
      for (const [mapPartition, output] of outputs.entries()) {
        if (output !== undefined && this.executors.has(output.location.executorId)) continue;
        const executor = output === undefined ? {} : { executorId: output.location.executorId };
        const outcome = {
          status: 'fetchFailed',
          shuffleId: edge.shuffleId,
          mapPartition,
          message: 'gone',
          ...executor,
        } as const;
        this.handle({ type: 'taskEnded', taskId, outcome });
        return;
      }
    }
    const sizes =
      stage.output.kind === 'shuffle'
        ? { mapSizes: Array.from({ length: stage.output.partitioner.partitions }, () => 1) }
        : {};
    this.handle({ type: 'taskEnded', taskId, outcome: { status: 'success', payload: task.partition, ...sizes } });
  }

  /** Finishes the task that was started first. False when none runs. */
  finishFirst(): boolean {
    const [taskId] = this.running.keys();
    if (taskId === undefined) return false;
    this.finish(taskId);
    return true;
  }

  fail(taskId: number, fatal = false): void {
    this.running.delete(taskId);
    this.handle({ type: 'taskEnded', taskId, outcome: { status: 'failed', message: 'boom', fatal } });
  }

  /** Advances to the next alarm. False when there is none. */
  advance(): boolean {
    if (this.alarmMs === undefined) return false;
    this.nowMs = Math.max(this.nowMs, this.alarmMs);
    this.alarmMs = undefined;
    this.handle({ type: 'tick' });
    return true;
  }

  /** Lets everything run to its end. Throws when it never comes. */
  settle(): void {
    for (let steps = 0; this.running.size > 0 || this.unfinished; steps++) {
      if (steps > 10_000) throw new Error('the application does not come to an end');
      if (!this.finishFirst() && !this.advance())
        throw new Error(`nothing runs and nothing is awaited: ${JSON.stringify(this.log.slice(-5))}`);
    }
  }

  private get unfinished(): boolean {
    return this.ended.size < this.nextJob;
  }

  launches(): TaskStart[] {
    return this.log.filter((effect) => effect.type === 'launch');
  }
}
