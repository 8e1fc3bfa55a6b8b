// What happens to an event between its arrival and the moment the user is done with it: offers are kept in the book,
// repeated updates are held back, and handled updates are acknowledged where that is automatic.
import type { InverseOffer, Offer, OperationStatus, TaskStatus } from '@mini-mesos/proto';
import { Acknowledgements } from '../core/acknowledgements.js';
import { OfferBook } from '../core/offer-book.js';
import type { SchedulerEvent } from '../core/scheduler-events.js';
import type { SdkError } from '../errors.js';
import type { SdkLogger } from '../ports.js';
import { EventFeed } from './event-feed.js';

export type AcknowledgementMode = 'automatic' | 'explicit';

export interface InboxListener {
  acknowledge(status: TaskStatus): void;
  acknowledgeOperation(status: OperationStatus): void;
  /** More offers than the book holds: give them back. */
  surplus(offers: Offer[]): void;
  /** The state of a task was told. */
  answered(taskId: string): void;
}

/** Events about offers of a subscription that ended. */
const isAboutOffers = ({ type }: SchedulerEvent): boolean =>
  type === 'offers' || type === 'rescind' || type === 'inverseOffers' || type === 'rescindInverseOffer';

export class SchedulerInbox {
  readonly offers = new OfferBook<Offer>();
  readonly inverseOffers = new OfferBook<InverseOffer>();
  readonly feed: EventFeed<SchedulerEvent>;
  readonly #updates: Acknowledgements;
  readonly #operationUpdates: Acknowledgements;
  readonly #isAutomatic: boolean;
  readonly #listener: InboxListener;
  readonly #log: SdkLogger;

  constructor(mode: AcknowledgementMode, listener: InboxListener, log: SdkLogger) {
    this.#isAutomatic = mode === 'automatic';
    this.#updates = new Acknowledgements(mode);
    this.#operationUpdates = new Acknowledgements(mode);
    this.#listener = listener;
    this.#log = log;
    this.feed = new EventFeed<SchedulerEvent>({
      prepare: (event) => this.#prepare(event),
      settled: (event, isHandled) => this.#settled(event, isHandled),
      listenerFailed: (error, event) => this.#listenerFailed(error, event),
      isForListenersOnly: (event) => event.type === 'error' && event.isFinal,
    });
  }

  /** An event of the master arrived. */
  arrived(event: SchedulerEvent): void {
    switch (event.type) {
      case 'offers': {
        const surplus = this.offers.add(event.offers);
        if (surplus.length > 0) this.#listener.surplus(surplus);
        return this.feed.push(event);
      }
      case 'inverseOffers':
        this.inverseOffers.add(event.inverseOffers);
        return this.feed.push(event);
      case 'rescind':
        return this.offers.rescind(event.offerId) ? this.feed.push(event) : undefined;
      case 'rescindInverseOffer':
        return this.inverseOffers.rescind(event.offerId) ? this.feed.push(event) : undefined;
      case 'update':
        return this.#onUpdate(event.status);
      case 'operationUpdate':
        return this.#onOperationUpdate(event.status);
      default:
        this.feed.push(event);
    }
  }

  /** The subscription ended: its offers are void, queued or shown. */
  disconnected(reason: string): void {
    this.offers.clear();
    this.inverseOffers.clear();
    this.feed.discard(isAboutOffers);
    this.feed.push({ type: 'disconnected', reason });
  }

  /** The user acknowledged it. */
  acknowledged(status: TaskStatus): void {
    if (status.uuid) this.#updates.acknowledged(status.uuid);
  }

  operationAcknowledged(status: OperationStatus): void {
    if (status.uuid) this.#operationUpdates.acknowledged(status.uuid.value);
  }

  #onUpdate(status: TaskStatus): void {
    this.#listener.answered(status.task_id.value);
    const verdict = this.#updates.arrived(status.uuid);
    if (verdict === 'show') this.feed.push({ type: 'update', status });
    else if (verdict === 'acknowledge') this.#listener.acknowledge(status);
  }

  #onOperationUpdate(status: OperationStatus): void {
    const verdict = this.#operationUpdates.arrived(status.uuid?.value);
    if (verdict === 'show') this.feed.push({ type: 'operationUpdate', status });
    else if (verdict === 'acknowledge') this.#listener.acknowledgeOperation(status);
  }

  #prepare(event: SchedulerEvent): SchedulerEvent | undefined {
    if (event.type === 'offers') {
      const offers = this.offers.show(event.offers);
      return offers.length > 0 ? { ...event, offers } : undefined;
    }
    if (event.type === 'inverseOffers') {
      const inverseOffers = this.inverseOffers.show(event.inverseOffers);
      return inverseOffers.length > 0 ? { ...event, inverseOffers } : undefined;
    }
    return event;
  }

  #settled(event: SchedulerEvent, isHandled: boolean): void {
    if (!this.#isAutomatic) return;
    if (event.type === 'update' && event.status.uuid) {
      if (!isHandled) return this.#updates.forget(event.status.uuid);
      this.acknowledged(event.status);
      this.#listener.acknowledge(event.status);
    } else if (event.type === 'operationUpdate' && event.status.uuid) {
      if (!isHandled) return this.#operationUpdates.forget(event.status.uuid.value);
      this.operationAcknowledged(event.status);
      this.#listener.acknowledgeOperation(event.status);
    }
  }

  #listenerFailed(error: SdkError, event: SchedulerEvent): void {
    this.#log.error({ err: error }, error.message);
    // A listener for errors that fails itself would go round in a circle.
    if (event.type !== 'error') this.feed.push({ type: 'error', error, isFinal: false });
  }
}
