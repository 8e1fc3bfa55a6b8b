// Which status updates the scheduler gets to see. Agents send an update again until it is acknowledged, so the same one
// (by uuid) can arrive several times.
//
// A1  An update that was acknowledged is acknowledged again, and not shown again.
// A2  With automatic acknowledgements an update that waits to be handled is not shown twice.
// A3  With explicit ones, a repeated update is shown again until the scheduler acknowledges it: a retry is its safety net.
// A4  Updates without a uuid are always shown, and never acknowledged.
import { uuidText } from '@mini-mesos/wire';

/** Updates that are remembered. Beyond, the oldest is forgotten: if it comes again, it is shown again. */
export const UPDATES_REMEMBERED_MAX = 100_000;

export class Acknowledgements {
  readonly #isAutomatic: boolean;
  readonly #updates = new Map<string, 'open' | 'acknowledged'>();

  constructor(mode: 'automatic' | 'explicit') {
    this.#isAutomatic = mode === 'automatic';
  }

  /** What to do with an update that arrived. */
  arrived(uuid: Uint8Array | undefined): 'show' | 'acknowledge' | 'drop' {
    if (!uuid) return 'show';
    const key = uuidText(uuid);
    const known = this.#updates.get(key);
    if (known === 'acknowledged') return 'acknowledge';
    if (known === 'open' && this.#isAutomatic) return 'drop';
    this.#note(key, 'open');
    return 'show';
  }

  /** The scheduler is done with it. */
  acknowledged(uuid: Uint8Array): void {
    this.#note(uuidText(uuid), 'acknowledged');
  }

  /** The scheduler failed to handle it, or it was never shown: let the agent's next try through. */
  forget(uuid: Uint8Array | undefined): void {
    if (uuid) this.#updates.delete(uuidText(uuid));
  }

  #note(key: string, state: 'open' | 'acknowledged'): void {
    this.#updates.delete(key);
    this.#updates.set(key, state);
    for (const oldest of this.#updates.keys()) {
      if (this.#updates.size <= UPDATES_REMEMBERED_MAX) return;
      this.#updates.delete(oldest);
    }
  }
}
