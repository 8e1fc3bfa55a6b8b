// The map outputs this executor wrote: where each partition lies in which file. An index file beside each data file
// says the same, so that another process can serve the data when the executor is gone.
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { encodeIndex } from './index-file.js';
import type { WrittenMapOutput } from './worker/messages.js';

export class MapOutputFiles {
  private readonly outputs = new Map<string, WrittenMapOutput>();

  add(output: WrittenMapOutput, taskId: number): void {
    const index = `${output.path.slice(0, -'.data'.length)}.index`;
    writeFileSync(`${index}.tmp`, encodeIndex(output.extents), { mode: 0o600 });
    renameSync(`${index}.tmp`, index);
    this.outputs.set(keyOf(output.shuffleId, output.mapPartition, taskId), output);
  }

  /** File and extents of one reduce partition; undefined when this executor has no such output. */
  find(at: {
    shuffleId: number;
    mapPartition: number;
    taskId: number;
    reducePartition: number;
  }): { path: string; extents: number[] } | undefined {
    const output = this.outputs.get(keyOf(at.shuffleId, at.mapPartition, at.taskId));
    return output === undefined ? undefined : { path: output.path, extents: output.extents[at.reducePartition] ?? [] };
  }

  removeShuffle(shuffleId: number): void {
    for (const [key, output] of this.outputs) {
      if (output.shuffleId !== shuffleId) continue;
      this.outputs.delete(key);
      rmSync(output.path, { force: true });
      rmSync(`${output.path.slice(0, -'.data'.length)}.index`, { force: true });
    }
  }
}

function keyOf(shuffleId: number, mapPartition: number, taskId: number): string {
  return `${shuffleId}/${mapPartition}/${taskId}`;
}
