// The driver's side of the conversation with one executor, whatever carries it: says hello, registers, passes on.
import { timingSafeEqual } from 'node:crypto';
import type { DriverRequests, Hello, Registration, ToDriver, ToExecutor } from '../protocol.js';
import type { Peer, PeerHandlers } from '../rpc/peer.js';

/** What the driver does for executors. */
export interface DriverServices {
  readonly token: string;
  /** Spark properties as given, for executors. */
  readonly conf: Readonly<Record<string, string>>;
  /** False when nobody expects this executor. */
  registered(registration: Registration, peer: Peer<ToExecutor>): boolean;
  disconnected(executorId: string, reason: string): void;
  notice(executorId: string, message: ToDriver): void;
  answer<M extends 'mapOutputs' | 'broadcast' | 'bundle'>(
    method: M,
    ask: DriverRequests[M]['ask'],
  ): DriverRequests[M]['answer'];
}

/** Handlers for a new connection. Nothing is answered before the other side has shown the token. */
export function driverEndpoint(services: DriverServices, peer: Peer<ToExecutor>): PeerHandlers<ToDriver> {
  let greeted: string | undefined;
  let executorId: string | undefined;
  return {
    notice: (message) => {
      if (executorId !== undefined) services.notice(executorId, message);
    },
    request: async (method, ask) => {
      if (method === 'hello') {
        const hello = ask as Hello;
        if (!sameToken(hello.token, services.token)) throw new Error('the token is not that of this application');
        greeted = hello.executorId;
        return { conf: services.conf };
      }
      if (greeted === undefined) throw new Error('say hello first');
      if (method === 'register') {
        const registration = ask as Registration;
        if (registration.executorId !== greeted) throw new Error('registered under another id than it greeted with');
        if (!services.registered(registration, peer)) throw new Error(`nobody expects executor ${greeted} (any more)`);
        executorId = greeted;
        return null;
      }
      if (method === 'mapOutputs' || method === 'broadcast' || method === 'bundle')
        return services.answer(method, ask as never);
      throw new Error(`unknown question ${method}`);
    },
    closed: (reason) => {
      if (executorId !== undefined) services.disconnected(executorId, reason);
    },
  };
}

function sameToken(given: unknown, expected: string): boolean {
  const a = Buffer.from(String(given));
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}
