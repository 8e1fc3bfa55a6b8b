// The scheduling of one application: jobs through the DAG scheduler to the task scheduler and back. Still a machine;
// the driver's shell performs its effects (driver/scheduler-loop.ts).
import { DagScheduler, type DagEffect, type DagEvent, type JobSpec } from './dag/dag-scheduler.js';
import type { Stage } from './dag/stages.js';
import { parseBlockId } from './dag/cache-locations.js';
import type { Locality } from './tasks/locality.js';
import {
  TaskScheduler,
  type TaskEffect,
  type TaskEvent,
  type TaskOutcome,
  type TaskSchedulerOptions,
} from './tasks/task-scheduler.js';

export type ApplicationEvent =
  | { readonly type: 'jobSubmitted'; readonly job: JobSpec }
  | { readonly type: 'jobCancelled'; readonly jobId: number; readonly reason: string }
  | {
      readonly type: 'executorAdded';
      readonly executorId: string;
      readonly host: string;
      readonly cores: number;
      /** Where its shuffle output is fetched. */
      readonly port: number;
    }
  | {
      readonly type: 'executorLost';
      readonly executorId: string;
      readonly reason: string;
      readonly causedByTask: boolean;
    }
  | { readonly type: 'taskEnded'; readonly taskId: number; readonly outcome: TaskOutcome }
  | { readonly type: 'blockAdded' | 'blockRemoved'; readonly executorId: string; readonly blockId: string }
  | { readonly type: 'tick' };

export interface TaskStart {
  readonly taskId: number;
  readonly executorId: string;
  readonly stageId: number;
  readonly stageAttempt: number;
  readonly partition: number;
  readonly attempt: number;
  readonly locality: Locality;
}

export type ApplicationEffect =
  | { readonly type: 'stageSubmitted'; readonly stage: Stage; readonly stageAttempt: number; readonly tasks: number }
  | { readonly type: 'stageEnded'; readonly stage: Stage; readonly failure?: string }
  | ({ readonly type: 'launch' } & TaskStart)
  | { readonly type: 'kill'; readonly taskId: number; readonly executorId: string; readonly reason: string }
  | {
      readonly type: 'taskFailed';
      readonly taskId: number;
      readonly stageId: number;
      readonly partition: number;
      readonly message: string;
      readonly willRetry: boolean;
    }
  | {
      readonly type: 'result';
      readonly jobId: number;
      readonly index: number;
      readonly taskId: number;
      readonly executorId: string;
      readonly payload: unknown;
    }
  | { readonly type: 'count'; readonly payload: unknown }
  | { readonly type: 'jobEnded'; readonly jobId: number; readonly failure?: string }
  | { readonly type: 'starved'; readonly waitingMs: number }
  | { readonly type: 'wakeAt'; readonly atMs: number };

export interface ApplicationOptions extends TaskSchedulerOptions {
  readonly maxStageAttempts: number;
  /** Map outputs outlive their executor, in a shuffle service. */
  readonly shuffleService: boolean;
}

export class ApplicationScheduler {
  readonly dag: DagScheduler;
  private readonly tasks: TaskScheduler;
  private readonly options: ApplicationOptions;
  private effects: ApplicationEffect[] = [];
  private readonly dagEvents: DagEvent[] = [];
  private readonly taskEvents: TaskEvent[] = [];

  constructor(options: ApplicationOptions) {
    this.options = options;
    this.dag = new DagScheduler({ maxStageAttempts: options.maxStageAttempts });
    this.tasks = new TaskScheduler(options);
  }

  get totalCores(): number {
    return this.tasks.totalCores;
  }

  get hasPendingTasks(): boolean {
    return this.tasks.hasPendingTasks;
  }

  handle(event: ApplicationEvent, nowMs: number): ApplicationEffect[] {
    this.effects = [];
    switch (event.type) {
      case 'jobSubmitted':
      case 'jobCancelled':
        this.dagEvents.push(event);
        break;
      case 'executorAdded': {
        const { executorId, host, port } = event;
        this.dagEvents.push({ type: 'executorAdded', location: { executorId, host, port } });
        this.taskEvents.push(event);
        break;
      }
      case 'executorLost': {
        // First what is gone, then what must run again because of it.
        const lost = { ...event, outputsLost: !this.options.shuffleService };
        this.dagEvents.push(lost);
        this.taskEvents.push(lost);
        break;
      }
      case 'taskEnded':
        this.taskEvents.push(event);
        break;
      case 'blockAdded':
      case 'blockRemoved':
        this.blockChanged(event);
        break;
      case 'tick':
        this.dagEvents.push(event);
        this.taskEvents.push(event);
        break;
    }
    this.run(nowMs);
    return this.effects;
  }

  /**
   * Lets the two machines work off what they tell each other. Everything one step says is passed on before the next
   * step, so that a task is launched before it can be killed.
   */
  private run(nowMs: number): void {
    for (;;) {
      const dagEvent = this.dagEvents.shift();
      if (dagEvent !== undefined) {
        for (const effect of this.dag.handle(dagEvent, nowMs)) this.performDag(effect);
        continue;
      }
      const taskEvent = this.taskEvents.shift();
      if (taskEvent === undefined) return;
      for (const effect of this.tasks.handle(taskEvent, nowMs)) this.performTask(effect);
    }
  }

  private blockChanged({
    type,
    executorId,
    blockId,
  }: Extract<ApplicationEvent, { type: 'blockAdded' | 'blockRemoved' }>): void {
    const block = parseBlockId(blockId);
    if (block === undefined) return;
    if (type === 'blockAdded') this.dag.caches.add(block.rddId, block.partition, executorId);
    else this.dag.caches.remove(block.rddId, block.partition, executorId);
  }

  private performDag(effect: DagEffect): void {
    switch (effect.type) {
      case 'submit': {
        const { stage, set } = effect;
        this.effects.push({ type: 'stageSubmitted', stage, stageAttempt: set.stageAttempt, tasks: set.tasks.length });
        this.taskEvents.push({ type: 'submit', set });
        return;
      }
      case 'cancel':
        this.taskEvents.push(effect);
        return;
      case 'result': {
        const { jobId, index, payload, from } = effect;
        this.effects.push({ type: 'result', jobId, index, payload, taskId: from.taskId, executorId: from.executorId });
        return;
      }
      default:
        this.effects.push(effect);
    }
  }

  private performTask(effect: TaskEffect): void {
    switch (effect.type) {
      case 'succeeded':
        this.dagEvents.push({ ...effect, type: 'taskSucceeded' });
        return;
      case 'fetchFailed':
      case 'outputsLost':
      case 'aborted':
        this.dagEvents.push(effect);
        return;
      case 'failed': {
        const { taskId, stageId, partition, message, willRetry } = effect;
        this.effects.push({ type: 'taskFailed', taskId, stageId, partition, message, willRetry });
        return;
      }
      default:
        this.effects.push(effect);
    }
  }
}
