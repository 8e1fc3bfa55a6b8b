// The events an executor sees: the agent's, in a form that TypeScript can tell apart, and the SDK's own.
import type { AgentInfo, executor, ExecutorInfo, FrameworkInfo, TaskInfo } from '@mini-mesos/proto';
import type { SdkError } from '../errors.js';

export type ExecutorEvent =
  /** Subscribed, for the first time or, after the agent was gone, again. */
  | {
      type: 'subscribed';
      isAgain: boolean;
      executorInfo: ExecutorInfo;
      frameworkInfo: FrameworkInfo;
      agentInfo: AgentInfo;
      containerId: string | undefined;
    }
  /** The agent is gone. Tasks go on; the SDK subscribes again by itself, or shuts down when it may not or cannot. */
  | { type: 'disconnected'; reason: string }
  | { type: 'launch'; task: TaskInfo }
  /** Start all of them or none. */
  | { type: 'launchGroup'; tasks: TaskInfo[] }
  /** gracePeriodMs: from the request to end to the kill, where the scheduler or the task says. */
  | { type: 'kill'; taskId: string; gracePeriodMs: number | undefined }
  /** The agent will not lose this update any more. */
  | { type: 'acknowledged'; taskId: string; uuid: Uint8Array }
  /** From the scheduler. Messages can get lost. */
  | { type: 'message'; data: Uint8Array }
  /** Kill the tasks, update their states, call stop() and exit, within the grace period; then the process is ended. */
  | { type: 'shutdown'; reason: string; gracePeriodMs: number }
  /** The last event where `isFinal`. Loops over events() throw a final error instead. */
  | { type: 'error'; error: SdkError; isFinal: boolean };

export type ExecutorEventType = ExecutorEvent['type'];
export type ExecutorEventOf<T extends ExecutorEventType> = Extract<ExecutorEvent, { type: T }>;

export type ReadExecutorEvent =
  | { kind: 'subscribed'; subscribed: executor.Event.Subscribed }
  | { kind: 'error'; message: string }
  | { kind: 'shutdown' }
  | { kind: 'heartbeat' }
  | { kind: 'event'; event: ExecutorEvent };

const NS_PER_MS = 1_000_000;
const told = (event: ExecutorEvent): ReadExecutorEvent => ({ kind: 'event', event });

/** Undefined for what a newer agent may send and for bodies left out. */
export function readExecutorEvent(event: executor.Event): ReadExecutorEvent | undefined {
  switch (event.type) {
    case 'SUBSCRIBED':
      return event.subscribed && { kind: 'subscribed', subscribed: event.subscribed };
    case 'ERROR':
      return event.error && { kind: 'error', message: event.error.message };
    case 'SHUTDOWN':
      return { kind: 'shutdown' };
    case 'HEARTBEAT':
      return { kind: 'heartbeat' };
    case 'LAUNCH':
      return event.launch && told({ type: 'launch', task: event.launch.task });
    case 'LAUNCH_GROUP':
      return event.launch_group && told({ type: 'launchGroup', tasks: event.launch_group.task_group.tasks ?? [] });
    case 'KILL':
      return event.kill && readKill(event.kill);
    case 'ACKNOWLEDGED': {
      const { acknowledged } = event;
      return (
        acknowledged && told({ type: 'acknowledged', taskId: acknowledged.task_id.value, uuid: acknowledged.uuid })
      );
    }
    case 'MESSAGE':
      return event.message && told({ type: 'message', data: event.message.data });
    case 'UNKNOWN':
    case undefined:
      return undefined;
  }
}

function readKill({ task_id, kill_policy }: executor.Event.Kill): ReadExecutorEvent {
  const nanoseconds = kill_policy?.grace_period?.nanoseconds;
  const gracePeriodMs = nanoseconds === undefined ? undefined : nanoseconds / NS_PER_MS;
  return told({ type: 'kill', taskId: task_id.value, gracePeriodMs });
}
