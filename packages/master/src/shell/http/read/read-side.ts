// All that is read from a master without the operator API.
import { registerCommonEndpoints } from '@mini-mesos/daemon';
import type { Front } from '@mini-mesos/daemon';
import { registerExplain } from './explain.js';
import { collectMasterMetrics } from './master-metrics.js';
import type { ReadSideDeps } from './ports.js';
import { toLeader } from './redirect.js';
import { registerSettingsEndpoints } from './settings-endpoints.js';
import { registerStateEndpoints } from './state-endpoints.js';

export function registerReadSide(front: Front, deps: ReadSideDeps): void {
  const { metrics, log } = deps;
  collectMasterMetrics(deps);
  registerCommonEndpoints(front, { metrics, toggle: log.toggle, flags: () => deps.flags() });
  registerStateEndpoints(front, deps);
  registerSettingsEndpoints(front, deps);
  registerExplain(front, deps);
  front.get('/redirect', () => toLeader(deps.leader(), ''), {
    summary: 'Redirects to the leading master.',
    exact: true,
    jsonAlias: false,
  });
}
