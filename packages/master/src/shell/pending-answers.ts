// Requests that wait for the machine's answer, which may come later than the event: behind a write to the registry.
import type { RequestId } from '../core/effects.js';

export interface Answered {
  status: number;
  text: string | undefined;
}

interface Waiting {
  resolve: (answer: Answered) => void;
  reject: (error: Error) => void;
}

export class PendingAnswers {
  readonly #waiting = new Map<RequestId, Waiting>();
  #next = 1;

  open(): { request: RequestId; answer: Promise<Answered> } {
    const request = `request-${this.#next++}` as RequestId;
    const answer = new Promise<Answered>((resolve, reject) => this.#waiting.set(request, { resolve, reject }));
    return { request, answer };
  }

  settle(request: RequestId, answer: Answered): void {
    this.#waiting.get(request)?.resolve(answer);
    this.#waiting.delete(request);
  }

  rejectAll(reason: string): void {
    for (const { reject } of this.#waiting.values()) reject(new Error(reason));
    this.#waiting.clear();
  }
}
