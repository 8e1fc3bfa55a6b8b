// The key a record is ordered or placed by, as a function, and the comparison of two keys.
import type { KeyOf, SortOrder } from '../../core/plan/operations.js';
import { compareValues, reversed, type Compare } from '../../data/ordering.js';
import type { TaskContext } from './task-context.js';

export function keyFunction(key: KeyOf, context: Pick<TaskContext, 'fn'>): (record: unknown) => unknown {
  return key.kind === 'pair' ? (record) => (record as [unknown, unknown])[0] : context.fn(key.fn).call;
}

export function compareFunction(order: SortOrder, context: Pick<TaskContext, 'fn'>): Compare {
  const compare = order.compare === undefined ? compareValues : (context.fn(order.compare).call as unknown as Compare);
  return order.ascending ? compare : reversed(compare);
}
