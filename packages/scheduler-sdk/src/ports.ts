// What the SDK needs from outside and a test or a simulator may replace: time, randomness, a log, the way to the API.

export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Milliseconds since 1970; may jump. */
  nowMs(): number;
  /** Milliseconds from some fixed moment; never goes back. */
  monotonicMs(): number;
  /** Calls `run` once after `delayMs`. */
  after(delayMs: number, run: () => void): Timer;
}

/** Numbers from 0 up to, not including, 1. */
export type Random = () => number;

/** A pino logger will do. */
export interface SdkLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export type SubscribeAnswer<Event> =
  | { ok: true; streamId: string | undefined; events: AsyncIterable<Event>; close: () => void }
  | { ok: false; status: number; text: string; location?: string | undefined };

export interface CallAnswer {
  status: number;
  text: string;
}

/** The way to a master or an agent: HTTP unless another is given. Rejections mean that nobody answered. */
export interface Transport<Call, Event> {
  /** Posts the subscribing call and keeps the stream of events. */
  subscribe(address: string, call: Call, signal: AbortSignal): Promise<SubscribeAnswer<Event>>;
  /** Posts another call, for the subscription with that stream id. */
  call(
    address: string,
    call: Call,
    context: { streamId: string | undefined; signal: AbortSignal },
  ): Promise<CallAnswer>;
  /** Lets go of all connections. */
  close(): void;
}
