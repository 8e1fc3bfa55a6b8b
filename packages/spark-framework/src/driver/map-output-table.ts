// The table a reduce task gets: where each map output is and how much of it is for that task.
import type { MapOutput } from '../core/dag/map-outputs.js';
import type { Location, MapOutputTable } from '../protocol.js';

const MISSING = 0xffff_ffff;

export function mapOutputTable(outputs: readonly (MapOutput | undefined)[], reducePartition: number): MapOutputTable {
  const locations: Location[] = [];
  const indexes = new Map<string, number>();
  const at = new Uint32Array(outputs.length).fill(MISSING);
  const taskIds = new Float64Array(outputs.length);
  const bytes = new Float64Array(outputs.length);
  outputs.forEach((output, mapPartition) => {
    if (output === undefined) return;
    const { location, taskId, sizes } = output;
    let index = indexes.get(location.executorId);
    if (index === undefined) {
      index = locations.push(location) - 1;
      indexes.set(location.executorId, index);
    }
    at[mapPartition] = index;
    taskIds[mapPartition] = taskId;
    bytes[mapPartition] = sizes[reducePartition] ?? 0;
  });
  return { locations, at, taskIds, bytes };
}
