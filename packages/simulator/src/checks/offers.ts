// Offers that frameworks believe to have, against those that the leader has made and not taken back. What is on its way
// takes a moment: only what is void at two looks in a row is counted.
import type { Cluster } from '../cluster/cluster.js';
import type { FrameworkProcess } from '../workload/framework-process.js';
import type { OfferId } from '@mini-mesos/wire';
import { Violation } from './violation.js';

export class OffersCheck {
  /** Void already at the last look, though a framework believed in them: a rescind may have been on its way. */
  #void = new Set<string>();

  /** To be called every few seconds while nothing is wrong. */
  look({ leader }: Cluster, frameworks: readonly FrameworkProcess[]): void {
    const now = new Set<string>();
    for (const { name, offers } of frameworks) {
      for (const id of offers) {
        if (leader?.leading?.machine.state.offers.has(id as OfferId) ?? true) continue;
        if (this.#void.has(id)) {
          throw new Violation('offers-agree', `framework ${name} believes to have offer ${id}, which is void`);
        }
        now.add(id);
      }
    }
    this.#void = now;
  }
}
