// Tells listeners what happens. A listener that throws is dropped and named once; it cannot hurt the application.
import type { SparkEvent } from '../core/events.js';

export type SparkListener = (event: SparkEvent) => void;

export class ListenerBus {
  private readonly listeners = new Set<SparkListener>();

  /** Adds a listener; returns what removes it. */
  add(listener: SparkListener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  post(event: SparkEvent): void {
    for (const listener of [...this.listeners]) {
      try {
        listener(event);
      } catch (error) {
        this.listeners.delete(listener);
        const reason = error instanceof Error ? error.message : String(error);
        this.post({ type: 'warning', message: `a listener failed and was removed: ${reason}` });
      }
    }
  }
}
