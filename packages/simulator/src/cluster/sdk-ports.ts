// The SDK's ports in the simulated world: its clock, its chance, the way to the masters, and who leads. Above them runs
// the SDK as it is, from the machine of its subscription to its queues.
import { LatestLeader } from './latest-leader.js';
import type { LeaderDetector } from '@mini-mesos/election';
import type { scheduler } from '@mini-mesos/proto';
import type { CallAnswer, Clock, SchedulerOptions, SubscribeAnswer, Transport } from '@mini-mesos/scheduler-sdk';
import type { Coordination } from '../world/coordination.js';
import type { Network } from '../world/network.js';
import type { SimProcess } from '../world/process.js';
import type { MasterRequest, MasterStream } from './master-process.js';

type Ports = Required<Pick<SchedulerOptions, 'clock' | 'random' | 'transport' | 'detector'>>;

/** For the present incarnation of the process. Once it has crashed nothing reaches the scheduler any more. */
export function sdkPorts(process: SimProcess, network: Network, coordination: Coordination): Ports {
  const time = process.time();
  const { world } = process;
  const random = world.random(`sdk ${process.name}`);
  const clock: Clock = {
    nowMs: () => time.nowMs(),
    monotonicMs: () => time.monotonicMs(),
    after: (delayMs, run) =>
      time.after(delayMs, () => {
        world.touchPromises();
        run();
      }),
  };
  return {
    clock,
    random: () => random.float(),
    transport: new SimTransport(process, network),
    detector: detector(process, coordination),
  };
}

function detector(process: SimProcess, coordination: Coordination): LeaderDetector {
  const leaders = new LatestLeader();
  const stop = coordination.watch(process, (leader) => {
    process.world.touchPromises();
    leaders.set(leader && { address: leader.address });
  });
  return {
    problem: undefined,
    close: () => {
      stop();
      leaders.end();
      return Promise.resolve();
    },
    [Symbol.asyncIterator]: () => leaders[Symbol.asyncIterator](),
  };
}

class SimTransport implements Transport<scheduler.Call, scheduler.Event> {
  readonly #process: SimProcess;
  readonly #network: Network;

  constructor(process: SimProcess, network: Network) {
    this.#process = process;
    this.#network = network;
  }

  subscribe(address: string, call: scheduler.Call, signal: AbortSignal): Promise<SubscribeAnswer<scheduler.Event>> {
    const { world } = this.#process;
    return new Promise((resolve, reject) => {
      const events = new EventStream();
      const opening: MasterStream = { type: 'subscribe', call };
      let isOpen = false;
      const close = this.#network.open(this.#process, address, opening, {
        opened: (streamId) => {
          isOpen = true;
          world.touchPromises();
          resolve({ ok: true, streamId, events, close });
        },
        refused: ({ status, text, location }) => {
          world.touchPromises();
          resolve({ ok: false, status, text, location });
        },
        message: (event) => {
          world.touchPromises();
          events.push(event as scheduler.Event);
        },
        closed: (reason) => {
          world.touchPromises();
          if (isOpen) events.end(reason === 'the other side closed the stream' ? undefined : new Error(reason));
          else reject(new Error(reason));
        },
      });
      signal.addEventListener('abort', () => {
        close();
        events.end(undefined);
        if (!isOpen) reject(new Error('aborted'));
      });
    });
  }

  call(
    address: string,
    call: scheduler.Call,
    { streamId, signal }: { streamId: string | undefined; signal: AbortSignal },
  ): Promise<CallAnswer> {
    const request: MasterRequest = { type: 'scheduler-call', call, streamId };
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(new Error('aborted'));
      const abort = () => reject(new Error('aborted'));
      signal.addEventListener('abort', abort);
      this.#network.request(this.#process, address, request, (answer) => {
        this.#process.world.touchPromises();
        signal.removeEventListener('abort', abort);
        if (answer instanceof Error) reject(answer);
        else resolve({ status: answer.status, text: answer.text });
      });
    });
  }

  close(): void {
    // Streams end with their subscription.
  }
}

/** Events that arrived and were not read yet, as an iterable for one reader. */
class EventStream implements AsyncIterable<scheduler.Event> {
  readonly #events: scheduler.Event[] = [];
  #end: { error: Error | undefined } | undefined;
  #wake: () => void = () => undefined;

  push(event: scheduler.Event): void {
    this.#events.push(event);
    this.#wake();
  }

  end(error: Error | undefined): void {
    this.#end ??= { error };
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<scheduler.Event, void> {
    for (;;) {
      const event = this.#events.shift();
      if (event) yield event;
      else if (this.#end?.error) throw this.#end.error;
      else if (this.#end) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
