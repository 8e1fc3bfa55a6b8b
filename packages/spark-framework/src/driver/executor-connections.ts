// The executors that are connected, and the plans each has been sent.
import type { Peer } from '../rpc/peer.js';
import type { Location, PlanMessage, Registration, ToExecutor } from '../protocol.js';

export interface ConnectedExecutor {
  readonly registration: Registration;
  readonly location: Location;
  readonly peer: Peer<ToExecutor>;
  readonly plans: Set<string>;
  lastHeardMs: number;
}

export class ExecutorConnections {
  private readonly connected = new Map<string, ConnectedExecutor>();

  add(registration: Registration, peer: Peer<ToExecutor>, nowMs: number): ConnectedExecutor {
    const { executorId, dataHost, dataPort } = registration;
    const executor = {
      registration,
      location: { executorId, host: dataHost, port: dataPort },
      peer,
      plans: new Set<string>(),
      lastHeardMs: nowMs,
    };
    this.connected.set(executorId, executor);
    return executor;
  }

  get(executorId: string): ConnectedExecutor | undefined {
    return this.connected.get(executorId);
  }

  remove(executorId: string): ConnectedExecutor | undefined {
    const executor = this.connected.get(executorId);
    this.connected.delete(executorId);
    return executor;
  }

  all(): ConnectedExecutor[] {
    return [...this.connected.values()];
  }

  broadcast(message: ToExecutor): void {
    for (const { peer } of this.connected.values()) peer.notify(message);
  }

  /** Sends a plan unless the executor has it. */
  ensurePlan(executor: ConnectedExecutor, plan: PlanMessage): void {
    if (executor.plans.has(plan.planId)) return;
    executor.plans.add(plan.planId);
    executor.peer.notify({ type: 'plan', plan });
  }

  dropPlan(planId: string): void {
    for (const executor of this.connected.values()) {
      if (executor.plans.delete(planId)) executor.peer.notify({ type: 'dropPlans', planIds: [planId] });
    }
  }

  /** 'executor 3 on host7 (output in /path)', for messages. */
  describe(executorId: string): string {
    const registration = this.connected.get(executorId)?.registration;
    if (registration === undefined) return `executor ${executorId}`;
    const logs = registration.logs === undefined ? '' : `, its output is in ${registration.logs}`;
    return `executor ${executorId} on ${registration.host}${logs}`;
  }
}
