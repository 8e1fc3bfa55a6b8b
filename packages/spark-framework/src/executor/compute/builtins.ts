// Functions of our own that plans name with a leading '#', so that nothing of ours travels as source.
import type { TaskFunction } from './task-context.js';

type Pair = readonly [unknown, unknown];
type Groups = readonly [readonly unknown[], readonly unknown[]];

/** Moments of numbers, as a record: [count, mean, sum of squared differences, min, max, sum]. */
export type Moments = [number, number, number, number, number, number];

const BUILTINS: Record<string, (...args: never[]) => unknown> = {
  '#first': (a: unknown) => a,
  '#identity': (a: unknown) => a,
  '#add': (a: number, b: number) => a + b,
  '#withNull': (record: unknown) => [record, null],
  '#withOne': (record: unknown) => [record, 1],
  '#keyWithOne': (pair: Pair) => [pair[0], 1],
  '#swap': (pair: Pair) => [pair[1], pair[0]],
  '#max': (a: number, b: number) => Math.max(a, b),
  '#min': (a: number, b: number) => Math.min(a, b),
  '#moments': (moments: Moments, value: number): Moments => mergeMoments(moments, [1, value, 0, value, value, value]),
  '#innerJoin': ([left, right]: Groups) => left.flatMap((a) => right.map((b) => [a, b])),
  '#leftJoin': ([left, right]: Groups) => left.flatMap((a) => orNothing(right).map((b) => [a, b])),
  '#rightJoin': ([left, right]: Groups) => orNothing(left).flatMap((a) => right.map((b) => [a, b])),
  '#fullJoin': ([left, right]: Groups) => orNothing(left).flatMap((a) => orNothing(right).map((b) => [a, b])),
  '#subtract': ([, [left, right]]: [unknown, Groups]) => right.length === 0 && left.length > 0,
  '#subtractValues': ([left, right]: Groups) => (right.length === 0 ? left : []),
  '#intersect': ([, [left, right]]: [unknown, Groups]) => left.length > 0 && right.length > 0,
};

function orNothing(values: readonly unknown[]): readonly unknown[] {
  return values.length === 0 ? [undefined] : values;
}

/** Joins two sets of moments (Chan et al.); exact in count, min and max. */
export function mergeMoments(a: Moments, b: Moments): Moments {
  if (a[0] === 0) return b;
  if (b[0] === 0) return a;
  const count = a[0] + b[0];
  const delta = b[1] - a[1];
  const mean = a[1] + (delta * b[0]) / count;
  const squares = a[2] + b[2] + (delta * delta * a[0] * b[0]) / count;
  return [count, mean, squares, Math.min(a[3], b[3]), Math.max(a[4], b[4]), a[5] + b[5]];
}

/** The built-in a plan names. Throws for a name this version does not know. */
export function builtin(name: string): TaskFunction {
  const call = BUILTINS[name];
  if (call === undefined)
    throw new Error(`unknown built-in function ${name}: driver and executors run different versions`);
  return { id: name, call: call as TaskFunction['call'], isAsync: false, label: name };
}
