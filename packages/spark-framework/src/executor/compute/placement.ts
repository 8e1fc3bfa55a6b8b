// Which reduce partition a record goes to.
import type { Partitioner } from '../../core/plan/operations.js';
import { decodeFrames } from '../../data/frames.js';
import { hashKey } from '../../data/keys.js';
import { finishHash, mixBlock } from '../../data/murmur3.js';
import { compareFunction, keyFunction } from './key-of.js';
import type { TaskContext } from './task-context.js';

/** Partition of a record; called once per record and stateful for round robin. */
export type Place = (record: unknown) => number;

export function placement(partitioner: Partitioner, context: TaskContext): Place {
  switch (partitioner.kind) {
    case 'hash': {
      const { partitions } = partitioner;
      return (record) => hashKey((record as [unknown, unknown])[0]) % partitions;
    }
    case 'range':
      return rangePlacement(partitioner, context);
    case 'roundRobin': {
      const { partitions } = partitioner;
      // Where a partition starts depends on which it is, so that small partitions do not all fill the same few.
      let next = finishHash(mixBlock(0, context.partition), 4) % partitions;
      return () => {
        next = next + 1 === partitions ? 0 : next + 1;
        return next;
      };
    }
    case 'function':
      return functionPlacement(partitioner, context);
  }
}

function rangePlacement(partitioner: Extract<Partitioner, { kind: 'range' }>, context: TaskContext): Place {
  const bounds = decodeFrames(partitioner.bounds);
  const keyOf = keyFunction(partitioner.order.key, context);
  const compare = compareFunction(partitioner.order, context);
  return (record) => {
    const key = keyOf(record);
    let low = 0;
    let high = bounds.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compare(bounds[middle], key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

function functionPlacement(partitioner: Extract<Partitioner, { kind: 'function' }>, context: TaskContext): Place {
  const { partitions } = partitioner;
  const { call, label } = context.fn(partitioner.fn);
  return (record) => {
    const place = call((record as [unknown, unknown])[0]);
    if (typeof place === 'number' && Number.isInteger(place) && place >= 0 && place < partitions) return place;
    throw new RangeError(`${label} returned ${String(place)}: expected a whole number from 0 to ${partitions - 1}`);
  };
}
