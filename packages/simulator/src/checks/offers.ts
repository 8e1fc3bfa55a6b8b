// Offers that frameworks believe to have, against those that the leader has made and not taken back. What is on its way
// takes a moment: only what a framework has believed for two looks is counted.
import type { Cluster } from '../cluster/cluster.js';
import type { FrameworkProcess } from '../workload/framework-process.js';
import type { OfferId } from '@mini-mesos/wire';
import { Violation } from './violation.js';

export class OffersCheck {
  #before = new Set<string>();

  /** To be called every few seconds while nothing is wrong. */
  look({ leader }: Cluster, frameworks: readonly FrameworkProcess[]): void {
    const now = new Set<string>();
    for (const { name, offers } of frameworks) {
      for (const id of offers) {
        now.add(id);
        const isKnown = leader?.leading?.machine.state.offers.has(id as OfferId) ?? true;
        if (this.#before.has(id) && !isKnown) {
          throw new Violation('offers-agree', `framework ${name} believes to have offer ${id}, which is void`);
        }
      }
    }
    this.#before = now;
  }
}
