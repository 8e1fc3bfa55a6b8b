// Values in shared memory: how broadcast variables are laid out.
import { deserialize } from 'node:v8';

/** The value whose structured-clone bytes are in `bytes`. */
export function decodeSharedValue(bytes: SharedArrayBuffer): unknown {
  // The decoder keeps views into what it reads, and wants memory that is not shared.
  return deserialize(Buffer.from(new Uint8Array(bytes)));
}
