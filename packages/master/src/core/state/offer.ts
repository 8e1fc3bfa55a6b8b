// An offer that a framework has not answered yet.
import type { Offer } from '@mini-mesos/proto';
import type { Resources } from '@mini-mesos/resources';
import type { AgentId, FrameworkId, OfferId } from '@mini-mesos/wire';

export interface OfferRecord {
  readonly id: OfferId;
  readonly frameworkId: FrameworkId;
  readonly agentId: AgentId;
  readonly role: string;
  /** Allocated to `role`, and charged to the framework by the allocator while the offer lives. */
  readonly resources: Resources;
  /** The message without `resources`, whose form depends on what the framework understands. */
  readonly message: Omit<Offer, 'resources'>;
}
