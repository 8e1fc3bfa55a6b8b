// Which frameworks may not come back.
import type { FrameworkId } from '@mini-mesos/wire';
import type { MasterState } from '../state/state.js';

/** Removed by this master or, as the registry knows, by one before it. */
export function isRemoved(state: MasterState, id: FrameworkId): boolean {
  return state.completedFrameworks.has(id) || state.registry.removedFrameworks.has(id);
}
