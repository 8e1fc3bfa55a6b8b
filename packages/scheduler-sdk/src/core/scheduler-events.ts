// The events a scheduler sees: the master's, in a form that TypeScript can tell apart, and the SDK's own.
import type { InverseOffer, MasterInfo, Offer, OperationStatus, scheduler, TaskStatus } from '@mini-mesos/proto';
import type { SdkError } from '../errors.js';

export type SchedulerEvent =
  /** Subscribed, for the first time or again. Again: offers made before are void, and a reconciliation is under way. */
  | { type: 'subscribed'; frameworkId: string; isAgain: boolean; masterInfo: MasterInfo | undefined }
  /** The subscription broke. All outstanding offers are void. The SDK goes on trying by itself. */
  | { type: 'disconnected'; reason: string }
  | { type: 'offers'; offers: Offer[] }
  /** An offer that was told before is void. */
  | { type: 'rescind'; offerId: string }
  | { type: 'update'; status: TaskStatus }
  /** From an executor. Messages can get lost. */
  | { type: 'message'; agentId: string; executorId: string; data: Uint8Array }
  /** An agent is gone (no executorId), or an executor ended; `status` is its wait status, -1 where unknown. */
  | { type: 'failure'; agentId: string | undefined; executorId: string | undefined; status: number | undefined }
  | { type: 'inverseOffers'; inverseOffers: InverseOffer[] }
  | { type: 'rescindInverseOffer'; offerId: string }
  | { type: 'operationUpdate'; status: OperationStatus }
  /** The last event where `isFinal`: the scheduler has stopped. Loops over events() throw a final error instead. */
  | { type: 'error'; error: SdkError; isFinal: boolean };

export type SchedulerEventType = SchedulerEvent['type'];
export type SchedulerEventOf<T extends SchedulerEventType> = Extract<SchedulerEvent, { type: T }>;

/** Mesos' interval where SUBSCRIBED names none (src/master/constants.hpp DEFAULT_HEARTBEAT_INTERVAL). */
const HEARTBEAT_INTERVAL_MS = 15_000;

/** What an event of the master is to the SDK; undefined for what a newer master may send and for bodies left out. */
export type ReadEvent =
  | { kind: 'subscribed'; frameworkId: string; heartbeatIntervalMs: number; masterInfo: MasterInfo | undefined }
  | { kind: 'error'; message: string }
  | { kind: 'heartbeat' }
  | { kind: 'event'; event: SchedulerEvent };

const told = (event: SchedulerEvent): ReadEvent => ({ kind: 'event', event });

export function readEvent(event: scheduler.Event): ReadEvent | undefined {
  switch (event.type) {
    case 'SUBSCRIBED':
      return event.subscribed && readSubscribed(event.subscribed);
    case 'ERROR':
      return event.error && { kind: 'error', message: event.error.message };
    case 'HEARTBEAT':
      return { kind: 'heartbeat' };
    case 'OFFERS':
      return told({ type: 'offers', offers: event.offers?.offers ?? [] });
    case 'RESCIND':
      return event.rescind && told({ type: 'rescind', offerId: event.rescind.offer_id.value });
    case 'UPDATE':
      return event.update && told({ type: 'update', status: event.update.status });
    case 'MESSAGE':
      return event.message && readMessage(event.message);
    case 'FAILURE':
      return event.failure && readFailure(event.failure);
    case 'INVERSE_OFFERS':
      return told({ type: 'inverseOffers', inverseOffers: event.inverse_offers?.inverse_offers ?? [] });
    case 'RESCIND_INVERSE_OFFER': {
      const rescinded = event.rescind_inverse_offer;
      return rescinded && told({ type: 'rescindInverseOffer', offerId: rescinded.inverse_offer_id.value });
    }
    case 'UPDATE_OPERATION_STATUS': {
      const update = event.update_operation_status;
      return update && told({ type: 'operationUpdate', status: update.status });
    }
    case 'UNKNOWN':
    case undefined:
      return undefined;
  }
}

function readSubscribed(subscribed: scheduler.Event.Subscribed): ReadEvent {
  const seconds = subscribed.heartbeat_interval_seconds;
  return {
    kind: 'subscribed',
    frameworkId: subscribed.framework_id.value,
    heartbeatIntervalMs: seconds !== undefined && seconds > 0 ? seconds * 1_000 : HEARTBEAT_INTERVAL_MS,
    masterInfo: subscribed.master_info,
  };
}

const readMessage = ({ agent_id, executor_id, data }: scheduler.Event.Message): ReadEvent =>
  told({ type: 'message', agentId: agent_id.value, executorId: executor_id.value, data });

const readFailure = ({ agent_id, executor_id, status }: scheduler.Event.Failure): ReadEvent =>
  told({ type: 'failure', agentId: agent_id?.value, executorId: executor_id?.value, status });
