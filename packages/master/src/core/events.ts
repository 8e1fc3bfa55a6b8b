// What the master's core is told. Calls are already decoded and known to have their required fields.
import type { Allocation, InverseOffer } from '@mini-mesos/allocator';
import type { link, master, scheduler } from '@mini-mesos/proto';
import type { FrameworkId, TaskId } from '@mini-mesos/wire';
import type { ConnectionId, LinkId, RequestId, Timer } from './effects.js';
import type { Registry } from './registry/registry.js';

export type MasterEvent =
  /** This master leads, and this is what it found. The first event. */
  | { type: 'recover'; registry: Registry }
  /** A scheduler opened an event stream. Refusals go down that stream: over HTTP its status is already 200. */
  | { type: 'subscribe'; connection: ConnectionId; call: scheduler.Call; principal?: string | undefined }
  | { type: 'connection-closed'; connection: ConnectionId }
  /** Any other call of a scheduler. `connection` is the stream it claims to belong to. */
  | {
      type: 'scheduler-call';
      request: RequestId;
      call: scheduler.Call;
      connection?: ConnectionId | undefined;
      principal?: string | undefined;
    }
  /** An agent dialled in with REGISTER or REREGISTER. */
  | { type: 'link-opened'; link: LinkId; call: link.Call }
  | { type: 'link-call'; link: LinkId; call: link.Call }
  | { type: 'link-closed'; link: LinkId }
  | { type: 'allocated'; allocations: readonly Allocation[] }
  /** Whom the allocator would have asked to leave an agent before its maintenance. */
  | { type: 'inverse-offers'; inverseOffers: readonly InverseOffer[] }
  | { type: 'teardown'; request: RequestId; framework: FrameworkId }
  /** An operator wants a task gone; its framework hears of it from the task's own update. */
  | {
      type: 'operator-kill';
      request: RequestId;
      framework: FrameworkId;
      task: TaskId;
      gracePeriodMs?: number | undefined;
    }
  /** A call of the operator API that changes something. The machine answers it. */
  | { type: 'operator-call'; request: RequestId; call: master.Call; principal?: string | undefined }
  /** Weights of the command line. They count only where no weights are stored; then they are. */
  | { type: 'weights'; weights: ReadonlyMap<string, number> }
  /** Hosts whose agents may be offered; undefined: all. */
  | { type: 'whitelist'; hostnames: ReadonlySet<string> | undefined }
  | { type: 'persisted'; id: number }
  | { type: 'timer'; timer: Timer };
