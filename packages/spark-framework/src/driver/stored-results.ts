// Results too large to be sent at once: fetched from the executor piece by piece, then removed there.
import type { ExecutorRequests, ToExecutor } from '../protocol.js';
import type { Peer } from '../rpc/peer.js';

/** Bytes asked for at a time, so that heartbeats and other results pass in between. */
const PIECE_BYTES = 1024 * 1024;

export async function fetchStoredResult(peer: Peer<ToExecutor>, blockId: string, size: number): Promise<Uint8Array> {
  const whole = Buffer.allocUnsafe(size);
  try {
    for (let offset = 0; offset < size;) {
      const ask: ExecutorRequests['readBlock']['ask'] = { blockId, offset, length: PIECE_BYTES };
      const { bytes } = (await peer.request('readBlock', ask)) as ExecutorRequests['readBlock']['answer'];
      if (bytes.length === 0) throw new Error('it ended early');
      whole.set(bytes, offset);
      offset += bytes.length;
    }
    return whole;
  } finally {
    peer.notify({ type: 'removeBlock', blockId });
  }
}
