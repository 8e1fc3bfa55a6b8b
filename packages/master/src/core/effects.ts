// What the master's core wants done. Effects are data, in the order in which they must happen: an answer that stands
// behind a `persist` is only produced after the store said that it is durable.
import type { AllocatorCommand } from '@mini-mesos/allocator';
import type { link, master, scheduler } from '@mini-mesos/proto';
import type { AgentId, FrameworkId, OfferId } from '@mini-mesos/wire';
import type { RegistryOperation } from './registry/operations.js';

declare const brand: unique symbol;
type Handle<Kind extends string> = string & { readonly [brand]: Kind };

/** A scheduler's event stream, whatever carries it. Over HTTP it is also the Mesos-Stream-Id. */
export type ConnectionId = Handle<'connection'>;
/** An agent's event stream. */
export type LinkId = Handle<'link'>;
/** A request that waits for its answer. */
export type RequestId = Handle<'request'>;

/** A timer is known by what it is for: setting it again moves it. */
export type Timer =
  | { for: 'heartbeat'; connection: ConnectionId }
  | { for: 'framework-failover'; framework: FrameworkId }
  | { for: 'ping'; agent: AgentId }
  | { for: 'agent-reregister'; agent: AgentId }
  | { for: 'offer-timeout'; offer: OfferId }
  | { for: 'inverse-offer-timeout'; offer: OfferId }
  /** Agents of the registry have had their time to come back. */
  | { for: 'recovered-agents' }
  /** Offers begin, however many agents are back. */
  /** The next agent may be declared unreachable. */
  | { for: 'agent-removals' }
  | { for: 'registry-gc' };

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export type Effect =
  | { type: 'answer'; request: RequestId; status: number; text?: string | undefined }
  | { type: 'deliver'; connection: ConnectionId; event: scheduler.Event }
  /** After everything delivered before it. */
  | { type: 'close-connection'; connection: ConnectionId }
  | { type: 'link-send'; link: LinkId; event: link.Event }
  | { type: 'link-close'; link: LinkId; reason: string }
  | { type: 'allocator'; command: AllocatorCommand }
  /** To every subscriber of the operator API. */
  | { type: 'publish'; event: master.Event }
  | { type: 'persist'; id: number; operation: RegistryOperation }
  | { type: 'set-timer'; timer: Timer; delayMs: number }
  | { type: 'cancel-timer'; timer: Timer }
  /** The master must end: it cannot do its work. */
  | { type: 'abort'; reason: string }
  | { type: 'log'; level: LogLevel; text: string; fields?: { [name: string]: unknown } };

/** One text per timer, so that shells can keep them in a map. */
export function timerKey(timer: Timer): string {
  const [, subject = ''] = Object.values(timer) as [string, string?];
  return `${timer.for} ${subject}`;
}
