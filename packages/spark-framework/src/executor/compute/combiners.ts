// What an aggregation does with values, as three functions: make a combiner of a first value, add a value, join two
// combiners. `grows` tells whether combiners gain memory with every value.
import type { Aggregate } from '../../core/plan/operations.js';
import { decodeFrames } from '../../data/frames.js';
import type { TaskContext } from './task-context.js';

export interface Combiners {
  readonly create: (value: unknown) => unknown;
  readonly mergeValue: (combiner: unknown, value: unknown) => unknown;
  readonly mergeCombiners: (a: unknown, b: unknown) => unknown;
}

/** The functions of an aggregation. Values of a shuffle that was combined on the map side are combiners already. */
export function combinersOf(aggregate: Aggregate, context: Pick<TaskContext, 'fn'>): Combiners {
  switch (aggregate.kind) {
    case 'reduce': {
      const merge = context.fn(aggregate.merge).call;
      return { create: (value) => value, mergeValue: merge, mergeCombiners: merge };
    }
    case 'group':
      return { create: (value) => [value], mergeValue: pushValue, mergeCombiners: pushValues };
    case 'combine':
      return customCombiners(aggregate, context);
  }
}

function pushValue(group: unknown, value: unknown): unknown {
  (group as unknown[]).push(value);
  return group;
}

function pushValues(group: unknown, more: unknown): unknown {
  const values = group as unknown[];
  for (const value of more as unknown[]) values.push(value);
  return values;
}

function customCombiners(
  aggregate: Extract<Aggregate, { kind: 'combine' }>,
  context: Pick<TaskContext, 'fn'>,
): Combiners {
  const mergeValue = context.fn(aggregate.mergeValue).call;
  const mergeCombiners = context.fn(aggregate.mergeCombiners).call;
  const { zero } = aggregate;
  if (zero === undefined) {
    const create = aggregate.create === undefined ? (value: unknown) => value : context.fn(aggregate.create).call;
    return { create, mergeValue, mergeCombiners };
  }
  // Every key starts from a zero value of its own, because functions may change it in place.
  const [sample] = decodeFrames(zero);
  const fresh = typeof sample === 'object' && sample !== null ? () => decodeFrames(zero)[0] : () => sample;
  return { create: (value) => mergeValue(fresh(), value), mergeValue, mergeCombiners };
}
