// Cached partitions and waiting results of one executor: in shared memory up to a bound, least recently used first out,
// on disk where their level allows it. Blocks of the dataset being stored do not push each other out.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StorageLevel } from '../core/plan/operations.js';

interface StoredBlock {
  readonly blockId: string;
  readonly level: StorageLevel;
  readonly size: number;
  bytes?: SharedArrayBuffer;
  path?: string;
}

export interface BlockStoreEvents {
  added(block: { blockId: string; bytes: number; inMemory: boolean }): void;
  removed(blockId: string): void;
}

export class BlockStore {
  /** In order of use, the least recent first. */
  private readonly blocks = new Map<string, StoredBlock>();
  private memoryUsed = 0;
  private readonly memoryBytesMax: number;
  private readonly directory: string;
  private readonly events: BlockStoreEvents;

  constructor(options: { memoryBytesMax: number; directory: string; events: BlockStoreEvents }) {
    this.memoryBytesMax = options.memoryBytesMax;
    this.directory = join(options.directory, 'blocks');
    this.events = options.events;
  }

  get memoryBytes(): number {
    return this.memoryUsed;
  }

  /** The block, which counts as used now. */
  get(blockId: string): { bytes: SharedArrayBuffer } | { path: string } | undefined {
    const block = this.blocks.get(blockId);
    if (block === undefined) return undefined;
    this.blocks.delete(blockId);
    this.blocks.set(blockId, block);
    return block.bytes === undefined ? { path: block.path as string } : { bytes: block.bytes };
  }

  /** Keeps a result until it is removed; results are never pushed out. */
  putResult(blockId: string, bytes: SharedArrayBuffer): void {
    this.blocks.set(blockId, { blockId, level: { memory: true, disk: false }, size: bytes.byteLength, bytes });
  }

  /** Keeps a block. False when there is no room for it and its level knows no disk. */
  put(
    blockId: string,
    block: { level: StorageLevel; bytes?: SharedArrayBuffer; path?: string; size: number },
  ): boolean {
    if (this.blocks.has(blockId)) {
      if (block.path !== undefined) rmSync(block.path, { force: true });
      return true;
    }
    const stored = this.place(blockId, block);
    if (stored === undefined) return false;
    this.blocks.set(blockId, stored);
    this.events.added({ blockId, bytes: stored.size, inMemory: stored.bytes !== undefined });
    return true;
  }

  private place(
    blockId: string,
    { level, bytes, path, size }: { level: StorageLevel; bytes?: SharedArrayBuffer; path?: string; size: number },
  ): StoredBlock | undefined {
    const base = { blockId, level, size };
    if (path !== undefined) {
      const final = this.pathOf(blockId);
      renameSync(path, final);
      return { ...base, path: final };
    }
    if (bytes !== undefined && this.makeRoom(size, datasetOf(blockId))) {
      this.memoryUsed += size;
      return { ...base, bytes };
    }
    if (bytes === undefined || !level.disk) return undefined;
    return { ...base, path: this.writeFile(blockId, bytes) };
  }

  private pathOf(blockId: string): string {
    mkdirSync(this.directory, { recursive: true });
    return join(this.directory, blockId);
  }

  private writeFile(blockId: string, bytes: SharedArrayBuffer): string {
    const path = this.pathOf(blockId);
    writeFileSync(path, Buffer.from(bytes), { mode: 0o600 });
    return path;
  }

  /** Pushes out the least recently used blocks of other datasets until there is room. */
  private makeRoom(size: number, dataset: string): boolean {
    if (size > this.memoryBytesMax) return false;
    for (const block of [...this.blocks.values()]) {
      if (this.memoryUsed + size <= this.memoryBytesMax) return true;
      if (block.bytes !== undefined && isCached(block.blockId) && datasetOf(block.blockId) !== dataset)
        this.evict(block);
    }
    return this.memoryUsed + size <= this.memoryBytesMax;
  }

  private evict(block: StoredBlock): void {
    const bytes = block.bytes as SharedArrayBuffer;
    this.memoryUsed -= block.size;
    delete block.bytes;
    if (block.level.disk) {
      block.path = this.writeFile(block.blockId, bytes);
      return;
    }
    this.blocks.delete(block.blockId);
    this.events.removed(block.blockId);
  }

  remove(blockId: string): void {
    const block = this.blocks.get(blockId);
    if (block === undefined) return;
    this.blocks.delete(blockId);
    if (block.bytes !== undefined && isCached(blockId)) this.memoryUsed -= block.size;
    if (block.path !== undefined) rmSync(block.path, { force: true });
    if (isCached(blockId)) this.events.removed(blockId);
  }

  /** Drops all partitions of a dataset. */
  removeDataset(rddId: number): void {
    const dataset = `rdd_${rddId}`;
    for (const blockId of [...this.blocks.keys()]) if (datasetOf(blockId) === dataset) this.remove(blockId);
  }
}

function isCached(blockId: string): boolean {
  return blockId.startsWith('rdd_');
}

/** 'rdd_7' of 'rdd_7_12'. */
function datasetOf(blockId: string): string {
  return blockId.slice(0, blockId.lastIndexOf('_'));
}
