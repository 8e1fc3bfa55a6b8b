// What can be read without the operator API: /state, /containers, /monitor/statistics and the agent's metrics.
import { registerCommonEndpoints, versionData, type Front, type Log, type MetricsRegistry } from '@mini-mesos/daemon';
import type { AgentMachine } from '../../core/machine.js';
import { containersJson, monitorJson, type ContainerView } from '../../core/views/containers.js';
import { agentMetrics, type ShellCounts } from '../../core/views/metrics.js';
import { stateJson } from '../../core/views/state.js';

export interface ReadDeps {
  machine: AgentMachine;
  metrics: MetricsRegistry;
  log: Log;
  startTimeSecs: number;
  flags: () => Readonly<Record<string, string>>;
  logDir: string | undefined;
  counts: () => ShellCounts;
  /** All containers, measured now. */
  containers: () => Promise<ContainerView>;
}

const BAD_FILTER =
  'Supported query parameters are container_id only, framework_id only, or executor_id and framework_id only';

export function registerReadEndpoints(front: Front, deps: ReadDeps): void {
  const { machine, metrics, log, startTimeSecs, flags, logDir } = deps;
  metrics.collect(() => agentMetrics(machine, deps.counts()));
  registerCommonEndpoints(front, { metrics, toggle: log.toggle, flags });
  const state = () => {
    const version = { ...versionData() };
    return { status: 200, json: stateJson(machine, { version, startTimeSecs, flags: flags(), logDir }) };
  };
  front.get('/state', state, { summary: 'Everything that the agent knows.' });
  front.get('/monitor/statistics', async () => ({ status: 200, json: monitorJson(await deps.containers()) }), {
    summary: 'What the executors use.',
  });
  front.get(
    '/containers',
    async ({ query }) => {
      const containerId = query.get('container_id') ?? undefined;
      const frameworkId = query.get('framework_id') ?? undefined;
      const executorId = query.get('executor_id') ?? undefined;
      const isMixed = containerId !== undefined && (frameworkId !== undefined || executorId !== undefined);
      if (isMixed || (executorId !== undefined && frameworkId === undefined)) return { status: 400, body: BAD_FILTER };
      return { status: 200, json: containersJson(await deps.containers(), { containerId, frameworkId, executorId }) };
    },
    { summary: 'Containers with their status and use: container_id, framework_id, executor_id.' },
  );
}
