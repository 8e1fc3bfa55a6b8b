// One partition as a file of lines. The file is written under a name of this attempt and renamed when complete, so a
// task that is tried again, or twice at a time, leaves exactly one file.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { ResultAction } from '../../core/plan/operations.js';
import type { Reader } from './reader.js';
import type { TaskContext } from './task-context.js';

/** Folder for unfinished files inside the output folder; the driver removes it at the end. */
export const TEMPORARY_FOLDER = '_temporary';

/** Name of a partition's file, as Hadoop and Spark name it. */
export function partName(partition: number, gzip: boolean): string {
  return `part-${String(partition).padStart(5, '0')}${gzip ? '.gz' : ''}`;
}

/** Writes the partition; returns the number of records. */
export async function saveText(
  reader: Reader,
  { directory, gzip }: Extract<ResultAction, { kind: 'saveText' }>,
  context: TaskContext,
): Promise<number> {
  const folder = join(directory, TEMPORARY_FOLDER);
  await mkdir(folder, { recursive: true });
  const name = partName(context.partition, gzip);
  const path = join(folder, `${name}-${context.stageId}-${context.taskId}`);
  const file = createWriteStream(path);
  const target = gzip ? createGzip() : file;
  if (target !== file) target.pipe(file);
  const written = finished(file);
  // Awaited below; until then a failure must not count as unhandled.
  written.catch(() => undefined);
  let records = 0;
  try {
    for (let batch = await reader.next(); batch !== null; batch = await reader.next()) {
      records += batch.length;
      const text = batch.map(asLine).join('');
      context.metrics.outputBytes += Buffer.byteLength(text);
      if (!target.write(text)) await Promise.race([once(target, 'drain'), written]);
    }
    target.end();
    await written;
    await rename(path, join(directory, name));
  } catch (error) {
    file.destroy();
    await rm(path, { force: true });
    throw error;
  } finally {
    reader.close();
  }
  context.metrics.outputRecords += records;
  return records;
}

function asLine(record: unknown): string {
  if (typeof record === 'string') return `${record}\n`;
  return typeof record === 'object' && record !== null ? `${JSON.stringify(record)}\n` : `${String(record)}\n`;
}
