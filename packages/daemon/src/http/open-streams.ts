// The streams of a front that are open, so that it can count them, and end them when it closes.
import type { StreamEnd } from './types.js';

export interface EndableStream {
  /** Gives the reason that onClose gets; the first one counts. */
  end(reason: StreamEnd): void;
}

export type OpenStreams = Set<EndableStream>;
