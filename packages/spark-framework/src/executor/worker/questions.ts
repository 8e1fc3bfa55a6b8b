// A worker's questions to the executor it belongs to.
import type { MessagePort } from 'node:worker_threads';
import type { FromWorker, WorkerRequests } from './messages.js';

interface Pending {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

export class Questions {
  private readonly port: MessagePort;
  private readonly pending = new Map<number, Pending>();
  private nextId = 1;

  constructor(port: MessagePort) {
    this.port = port;
  }

  ask<M extends keyof WorkerRequests>(method: M, ask: WorkerRequests[M]['ask']): Promise<WorkerRequests[M]['answer']> {
    return new Promise((resolve, reject) => {
      const id = this.nextId++;
      this.pending.set(id, { resolve, reject });
      // oxlint-disable-next-line unicorn/require-post-message-target-origin
      this.port.postMessage({ type: 'ask', id, method, ask } satisfies FromWorker);
    });
  }

  answered({ id, value, error }: { id: number; value?: unknown; error?: string }): void {
    const waiting = this.pending.get(id);
    this.pending.delete(id);
    if (error === undefined) waiting?.resolve(value as never);
    else waiting?.reject(new Error(error));
  }
}
