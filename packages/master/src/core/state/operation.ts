// An offer operation that an agent was asked to carry out, until its terminal status was acknowledged.
import type { Offer, Operation, OperationState } from '@mini-mesos/proto';
import type { AgentId, FrameworkId } from '@mini-mesos/wire';

/** The text form of an operation's uuid. */
export type OperationUuid = string;

export interface OperationRecord {
  readonly uuid: OperationUuid;
  /** Unset for operations that an operator asked for. */
  readonly frameworkId?: FrameworkId | undefined;
  readonly agentId: AgentId;
  readonly info: Offer.Operation;
  /** What the APIs show. */
  readonly operation: Operation;
}

const TERMINAL: ReadonlySet<OperationState> = new Set<OperationState>([
  'OPERATION_FINISHED',
  'OPERATION_FAILED',
  'OPERATION_ERROR',
  'OPERATION_DROPPED',
  'OPERATION_GONE_BY_OPERATOR',
]);

export function isTerminalOperation(state: OperationState): boolean {
  return TERMINAL.has(state);
}
