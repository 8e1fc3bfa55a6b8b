// One end of a conversation between two processes: messages, and questions with answers, in both directions over one
// connection. What the messages mean is decided by the handlers.

/** What one end does with what the other sends. */
export interface PeerHandlers<Notice> {
  notice(message: Notice): void;
  /** Answers a question; a rejection travels back as an error. */
  request(method: string, ask: unknown): Promise<unknown>;
  /** The conversation is over; called once. */
  closed(reason: string): void;
}

/** One end, seen from the side that uses it. */
export interface Peer<Notice> {
  notify(message: Notice): void;
  /** Rejects when the other end fails, or when the conversation ends first. */
  request(method: string, ask: unknown): Promise<unknown>;
  close(reason: string): void;
}

/** Thrown to whoever waits for an answer when the conversation ends. */
export class PeerClosedError extends Error {
  override name = 'PeerClosedError';
}

/** Two ends in one process: messages arrive in a later microtask, in order, unserialised. */
export function localPeers<A, B>(
  left: (peer: Peer<B>) => PeerHandlers<A>,
  right: (peer: Peer<A>) => PeerHandlers<B>,
): { left: Peer<B>; right: Peer<A> } {
  let open = true;
  const handlers: { left?: PeerHandlers<A>; right?: PeerHandlers<B> } = {};
  const close = (reason: string): void => {
    if (!open) return;
    open = false;
    queueMicrotask(() => {
      handlers.left?.closed(reason);
      handlers.right?.closed(reason);
    });
  };
  const peerTo = <N>(other: () => PeerHandlers<N> | undefined): Peer<N> => ({
    notify: (message) => queueMicrotask(() => void (open && other()?.notice(message))),
    request: async (method, ask) => {
      const target = other();
      if (!open || target === undefined) throw new PeerClosedError('the other side is gone');
      return target.request(method, ask);
    },
    close,
  });
  const leftPeer = peerTo<B>(() => handlers.right);
  const rightPeer = peerTo<A>(() => handlers.left);
  handlers.left = left(leftPeer);
  handlers.right = right(rightPeer);
  return { left: leftPeer, right: rightPeer };
}
