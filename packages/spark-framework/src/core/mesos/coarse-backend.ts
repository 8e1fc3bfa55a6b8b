// Coarse-grained mode: one Mesos task is one executor. A machine: what Mesos says goes in, calls come out. Follows
// Spark's MesosCoarseGrainedSchedulerBackend, with the differences listed in README.md: offers of an agent
// are joined, no offers are asked for while enough executors run, failing agents are excluded for a time, executors
// that come back from an unreachable agent are killed, executors outlive the master that started them.
//
// M1  The cores of all executors never exceed maxCores.
// M2  Every offer is answered exactly once.
// M3  Executor ids are never used again.
import type { Offer, TaskInfo, TaskStatus } from '@mini-mesos/proto';
import type { CoarseSettings } from './coarse-settings.js';
import { unmetConstraint } from './constraints.js';
import { ExecutorPlacement, type OpenGroup } from './executor-placement.js';
import { groupOffers, type OfferGroup } from './offer-amounts.js';
import { Shortage } from './shortage.js';
import { describeStatus, endedByItself, executorState, isFailure, isIgnorance, isOver } from './task-states.js';

export type CoarseEvent =
  | { readonly type: 'subscribed'; readonly frameworkId: string; readonly isAgain: boolean }
  | { readonly type: 'disconnected' }
  | { readonly type: 'offers'; readonly offers: readonly Offer[] }
  | { readonly type: 'update'; readonly status: TaskStatus }
  /** An executor connected to the driver. */
  | { readonly type: 'executorRegistered'; readonly executorId: string; readonly cores: number }
  /** Its connection broke; Mesos may tell why, or know nothing of it yet. */
  | { readonly type: 'executorDisconnected'; readonly executorId: string }
  /** How many executors there may be; raising it asks for offers again. */
  | { readonly type: 'requestTotal'; readonly executors: number }
  | { readonly type: 'killExecutors'; readonly executorIds: readonly string[] }
  | { readonly type: 'stop' }
  | { readonly type: 'tick' };

export type CoarseEffect =
  | { readonly type: 'accept'; readonly offerIds: readonly string[]; readonly tasks: readonly TaskInfo[] }
  | { readonly type: 'decline'; readonly offerIds: readonly string[]; readonly refuseSeconds?: number }
  | { readonly type: 'suppress' }
  | { readonly type: 'revive' }
  | { readonly type: 'kill'; readonly taskId: string }
  | { readonly type: 'reconcile'; readonly tasks: readonly { readonly taskId: string; readonly agentId: string }[] }
  | {
      readonly type: 'executorLost';
      readonly executorId: string;
      readonly reason: string;
      readonly causedByTask: boolean;
    }
  | { readonly type: 'warn'; readonly message: string }
  | { readonly type: 'wakeAt'; readonly atMs: number };

export interface ExecutorRecord {
  readonly executorId: string;
  readonly agentId: string;
  readonly hostname: string;
  readonly cores: number;
  readonly gpus: number;
  running: boolean;
  /** It has connected to the driver, at some time. */
  registered: boolean;
  /** It is connected now, which is the better witness where a master knows nothing. */
  connected: boolean;
  /** It is to be killed. */
  unwanted: boolean;
}

export interface AgentRecord {
  readonly hostname: string;
  readonly executors: Set<string>;
  failures: number;
  lastFailureMs: number;
}

/** Makes the Mesos task of an executor; the command is the shell's business. */
export type DescribeTask = (executor: ExecutorRecord, resources: NonNullable<TaskInfo['resources']>) => TaskInfo;

export class CoarseBackend {
  private readonly settings: CoarseSettings;
  private readonly describeTask: DescribeTask;
  private readonly executors = new Map<string, ExecutorRecord>();
  private readonly agents = new Map<string, AgentRecord>();
  private readonly shortage = new Shortage();
  private executorLimit = Number.POSITIVE_INFINITY;
  private nextId = 0;
  private stopping = false;
  private suppressed = false;
  private offersSeen = 0;
  private effects: CoarseEffect[] = [];

  constructor(settings: CoarseSettings, describeTask: DescribeTask) {
    this.settings = settings;
    this.describeTask = describeTask;
  }

  get executorCount(): number {
    return this.executors.size;
  }

  get totalCores(): number {
    return this.sum(({ cores }) => cores);
  }

  get registeredCores(): number {
    return this.sum(({ registered, cores }) => (registered ? cores : 0));
  }

  /** Enough cores have registered for jobs to begin. */
  get isReady(): boolean {
    const { maxCores, minRegisteredRatio } = this.settings;
    const wanted = Number.isFinite(maxCores) ? maxCores : 0;
    return this.registeredCores >= wanted * minRegisteredRatio;
  }

  private sum(amount: (executor: ExecutorRecord) => number): number {
    let total = 0;
    for (const executor of this.executors.values()) total += amount(executor);
    return total;
  }

  /** The driver started this executor and has not heard of its end. */
  knows(executorId: string): boolean {
    return this.executors.has(executorId);
  }

  handle(event: CoarseEvent, nowMs: number): CoarseEffect[] {
    this.effects = [];
    switch (event.type) {
      case 'subscribed':
        if (event.isAgain) this.subscribedAgain();
        break;
      case 'disconnected':
        break;
      case 'offers':
        this.receiveOffers(event.offers, nowMs);
        break;
      case 'update':
        this.receiveStatus(event.status, nowMs);
        break;
      case 'executorRegistered':
        this.executorRegistered(event.executorId);
        break;
      case 'executorDisconnected': {
        const executor = this.executors.get(event.executorId);
        if (executor !== undefined) executor.connected = false;
        break;
      }
      case 'requestTotal':
        this.requestTotal(event.executors);
        break;
      case 'killExecutors':
        for (const taskId of event.executorIds) this.kill(taskId);
        break;
      case 'stop':
        this.stopping = true;
        break;
      case 'tick':
        this.forgiveAgents(nowMs);
        break;
    }
    this.setAlarm();
    return this.effects;
  }

  // Offers

  private receiveOffers(offers: readonly Offer[], nowMs: number): void {
    this.offersSeen += offers.length;
    if (this.stopping || this.executors.size >= this.executorLimit) {
      this.decline(offers);
      this.suppressIfSatisfied();
      return;
    }
    const groups: OpenGroup[] = [];
    for (const group of groupOffers(offers)) {
      const unmet = unmetConstraint(this.settings.constraints, group.offers[0]?.attributes ?? []);
      if (unmet === undefined) {
        groups.push({
          group,
          resources: group.offers.flatMap(({ resources }) => resources ?? []),
          tasks: [],
          refusal: undefined,
        });
      } else {
        this.shortage.refused(group.agentId, group.hostname, { kind: 'constraint', text: unmet });
        this.decline(group.offers, this.settings.unmetConstraintsRefuseSeconds);
      }
    }
    this.place(groups, nowMs);
    for (const group of groups) this.answer(group);
    this.suppressIfSatisfied();
  }

  /** Passes over the offers, at most one executor on each per pass, until a pass starts none. */
  private place(groups: readonly OpenGroup[], nowMs: number): void {
    const placement = new ExecutorPlacement(this.settings);
    for (let launched = true; launched;) {
      launched = false;
      for (const open of groups) {
        const { agentId, hostname } = open.group;
        const agent = this.agentOf(open.group);
        const share = placement.tryPlace(open, {
          totalCores: this.totalCores,
          totalGpus: this.sum(({ gpus }) => gpus),
          executors: this.executors.size,
          executorLimit: this.executorLimit,
          coresOnAgent: this.coresOn(agent),
          agentFailures: this.isExcluded(agent, nowMs) ? agent.failures : 0,
        });
        if (share === undefined) continue;
        const executorId = String(this.nextId++);
        const executor = {
          executorId,
          agentId,
          hostname,
          cores: share.cores,
          gpus: share.gpus,
          running: false,
          registered: false,
          connected: false,
          unwanted: false,
        };
        this.executors.set(executorId, executor);
        agent.executors.add(executorId);
        open.tasks.push(this.describeTask(executor, share.resources));
        launched = true;
      }
    }
  }

  private agentOf({ agentId, hostname }: OfferGroup): AgentRecord {
    let agent = this.agents.get(agentId);
    if (agent === undefined) {
      agent = { hostname, executors: new Set(), failures: 0, lastFailureMs: 0 };
      this.agents.set(agentId, agent);
    }
    return agent;
  }

  private coresOn(agent: AgentRecord): number {
    return [...agent.executors].reduce((cores, id) => cores + (this.executors.get(id)?.cores ?? 0), 0);
  }

  private answer({ group, tasks, refusal }: OpenGroup): void {
    const { agentId, hostname, offers } = group;
    if (tasks.length > 0) {
      this.shortage.accepted(agentId);
      this.effects.push({ type: 'accept', offerIds: offers.map(({ id }) => id.value), tasks });
      return;
    }
    if (refusal !== undefined) this.shortage.refused(agentId, hostname, refusal);
    this.decline(
      offers,
      this.totalCores >= this.settings.maxCores ? this.settings.reachedMaxCoresRefuseSeconds : undefined,
    );
  }

  private decline(offers: readonly Offer[], refuseSeconds?: number): void {
    if (offers.length === 0) return;
    const offerIds = offers.map(({ id }) => id.value);
    this.effects.push({ type: 'decline', offerIds, ...(refuseSeconds === undefined ? {} : { refuseSeconds }) });
  }

  /** No offer could be used now: none are wanted until an executor ends or more are asked for. */
  private get satisfied(): boolean {
    const { maxCores, executorCores, maxMemoryMiB, memoryMiB } = this.settings;
    return (
      this.stopping ||
      this.executors.size >= this.executorLimit ||
      maxCores - this.totalCores < (executorCores ?? 1) ||
      (this.executors.size + 1) * memoryMiB > maxMemoryMiB
    );
  }

  private suppressIfSatisfied(): void {
    if (this.suppressed || !this.satisfied) return;
    this.suppressed = true;
    this.effects.push({ type: 'suppress' });
  }

  private revive(): void {
    if (this.stopping || this.satisfied) return;
    this.suppressed = false;
    this.effects.push({ type: 'revive' });
  }

  private requestTotal(executors: number): void {
    const more = executors > this.executorLimit;
    this.executorLimit = executors;
    if (more) this.revive();
    else this.suppressIfSatisfied();
  }

  // Executors

  private executorRegistered(executorId: string): void {
    const executor = this.executors.get(executorId);
    if (executor === undefined) return;
    executor.registered = true;
    executor.connected = true;
    const agent = this.agents.get(executor.agentId);
    if (agent !== undefined) agent.failures = 0;
  }

  private receiveStatus(status: TaskStatus, nowMs: number): void {
    const executorId = status.task_id.value;
    const state = executorState(status.state);
    const executor = this.executors.get(executorId);
    if (executor === undefined) {
      // An executor that was given up is back, with its agent: nobody waits for it any more.
      if (!isOver(state)) this.effects.push({ type: 'kill', taskId: executorId });
      return;
    }
    if (!isOver(state)) {
      if (state === 'running') executor.running = true;
      return;
    }
    if (executor.connected && isIgnorance(status)) return;
    this.executors.delete(executorId);
    const agent = this.agents.get(executor.agentId);
    agent?.executors.delete(executorId);
    // One that had registered shows that its agent can run executors: whatever ended it is not held against the agent.
    if (agent !== undefined && isFailure(state) && !executor.registered) this.countFailure(agent, nowMs);
    this.effects.push({
      type: 'executorLost',
      executorId,
      reason: describeStatus(status),
      causedByTask: endedByItself(status),
    });
    this.revive();
  }

  private countFailure(agent: AgentRecord, nowMs: number): void {
    agent.failures++;
    agent.lastFailureMs = nowMs;
    const { maxFailuresPerAgent, exclusionTimeoutMs } = this.settings;
    if (agent.failures !== maxFailuresPerAgent) return;
    const minutes = Math.round(exclusionTimeoutMs / 60_000);
    this.effects.push({
      type: 'warn',
      message: `agent ${agent.hostname} gets no executors for ${minutes} minutes: ${agent.failures} failed there (spark.mesos.agentExclusionTimeout)`,
    });
  }

  private isExcluded(agent: AgentRecord, nowMs: number): boolean {
    const { maxFailuresPerAgent, exclusionTimeoutMs } = this.settings;
    return agent.failures >= maxFailuresPerAgent && nowMs - agent.lastFailureMs < exclusionTimeoutMs;
  }

  /** Agents whose time is over start with a clean record, and their offers are wanted again. */
  private forgiveAgents(nowMs: number): void {
    const { exclusionTimeoutMs, maxFailuresPerAgent } = this.settings;
    let forgiven = false;
    for (const agent of this.agents.values()) {
      if (agent.failures === 0 || nowMs - agent.lastFailureMs < exclusionTimeoutMs) continue;
      forgiven ||= agent.failures >= maxFailuresPerAgent;
      agent.failures = 0;
    }
    if (forgiven) this.revive();
  }

  private setAlarm(): void {
    let earliestMs = Number.POSITIVE_INFINITY;
    for (const { failures, lastFailureMs } of this.agents.values()) {
      if (failures > 0) earliestMs = Math.min(earliestMs, lastFailureMs + this.settings.exclusionTimeoutMs);
    }
    if (Number.isFinite(earliestMs)) this.effects.push({ type: 'wakeAt', atMs: earliestMs });
  }

  private kill(executorId: string): void {
    const executor = this.executors.get(executorId);
    if (executor !== undefined) executor.unwanted = true;
    this.effects.push({ type: 'kill', taskId: executorId });
  }

  /** Asks what became of the executors meanwhile, and says again which are to end: the master may be another one. */
  private subscribedAgain(): void {
    for (const { executorId, unwanted } of this.executors.values()) if (unwanted) this.kill(executorId);
    const tasks = [...this.executors.values()].map(({ executorId, agentId }) => ({ taskId: executorId, agentId }));
    if (tasks.length > 0) this.effects.push({ type: 'reconcile', tasks });
  }

  /** Why jobs wait, as far as offers and executors tell. */
  explainShortage(): string {
    const launched = this.executors.size;
    const waiting = [...this.executors.values()].filter(({ registered }) => !registered);
    const refused = this.shortage.explain();
    if (waiting.length > 0 && waiting.length === launched) return explainUnregistered(waiting);
    if (launched > 0) return `all ${launched} executors are busy${refused === undefined ? '' : `, and ${refused}`}`;
    if (this.offersSeen === 0)
      return 'no offers were received: the cluster is fully used, or other frameworks come first (see mini-mesos explain)';
    return refused ?? 'offers came, but none is outstanding';
  }
}

function explainUnregistered(waiting: readonly ExecutorRecord[]): string {
  const [first] = waiting;
  const started = waiting.filter(({ running }) => running).length;
  const which = `executor ${first?.executorId} on ${first?.hostname}`;
  return started === 0
    ? `${waiting.length} executors were launched and Mesos is starting them, for example ${which}`
    : `${started} executors run but have not reached this driver, for example ${which}: can agents connect to spark.driver.host? their sandboxes hold what they say`;
}
