// Module bundles of an executor: fetched from the driver once and unpacked into a folder named by their hash.
import { createHash } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { unpack } from 'msgpackr';

/** Bytes asked for at a time. */
const PIECE_BYTES = 4 * 1024 * 1024;

export type FetchBundlePiece = (
  hash: string,
  offset: number,
  length: number,
) => Promise<{ bytes: Uint8Array; total: number }>;

export class Bundles {
  private readonly folders = new Map<string, Promise<string>>();
  private readonly directory: string;
  private readonly fetch: FetchBundlePiece;

  constructor(localDirectory: string, fetch: FetchBundlePiece) {
    this.directory = join(localDirectory, 'modules');
    this.fetch = fetch;
  }

  /** Folder of the unpacked bundle. */
  folder(hash: string): Promise<string> {
    let folder = this.folders.get(hash);
    if (folder === undefined) {
      folder = this.unpack(hash);
      this.folders.set(hash, folder);
      folder.catch(() => this.folders.delete(hash));
    }
    return folder;
  }

  private async unpack(hash: string): Promise<string> {
    const packed = await this.load(hash);
    const actual = createHash('sha256').update(packed).digest('hex');
    if (actual !== hash) throw new Error(`module bundle ${hash} arrived damaged`);
    const folder = join(this.directory, hash);
    const unfinished = `${folder}.tmp`;
    for (const [name, content] of Object.entries(unpack(packed) as Record<string, Uint8Array>)) {
      const path = normalize(join(unfinished, name));
      if (!path.startsWith(unfinished)) throw new Error(`module bundle ${hash} holds a file outside itself: ${name}`);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
    }
    await rename(unfinished, folder);
    return folder;
  }

  private async load(hash: string): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    let received = 0;
    for (let total = 1; received < total;) {
      const piece = await this.fetch(hash, received, PIECE_BYTES);
      if (piece.bytes.length === 0) throw new Error(`module bundle ${hash} ended early`);
      pieces.push(piece.bytes);
      received += piece.bytes.length;
      total = piece.total;
    }
    return Buffer.concat(pieces);
  }
}
