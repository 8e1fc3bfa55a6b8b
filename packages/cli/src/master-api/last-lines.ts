// Where the last lines of a file begin.
import type { AgentFiles } from './agent-files.js';
import { PIECE_BYTES } from './agent-files.js';

const NEWLINE = 0x0a;

/** The offset of the last `count` lines; undefined where there is no such file. Reads backwards, piece by piece. */
export async function startOfLastLines(
  files: Pick<AgentFiles, 'read'>,
  path: string,
  count: number,
): Promise<number | undefined> {
  const probe = await files.read(path, Number.MAX_SAFE_INTEGER - PIECE_BYTES);
  if (!probe) return undefined;
  const { size } = probe;
  if (count === 0) return size;
  let wanted = count;
  for (let end = size; end > 0; end -= Math.min(end, PIECE_BYTES)) {
    const start = Math.max(0, end - PIECE_BYTES);
    const bytes = (await files.read(path, start))?.bytes.subarray(0, end - start) ?? Buffer.alloc(0);
    for (let at = bytes.length - 1; at >= 0; at -= 1) {
      // The line end that closes the file ends the last line; it does not begin another one.
      if (bytes[at] !== NEWLINE || start + at === size - 1) continue;
      wanted -= 1;
      if (wanted === 0) return start + at + 1;
    }
  }
  return 0;
}
