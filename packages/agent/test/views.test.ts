// Goal: what the agent shows has the shape that clients know, and no secret. Method: the machine in known states, against
// what a Mesos agent was recorded to answer.
import { describe, expect, it } from 'vitest';
import { getAgent, getExecutors, getFrameworks, getOperations, getTasks } from '../src/core/views/calls.js';
import { containersJson, getContainers, monitorJson } from '../src/core/views/containers.js';
import { agentMetrics } from '../src/core/views/metrics.js';
import { stateJson } from '../src/core/views/state.js';
import { frameworkInfo, Harness, taskInfo } from './support/harness.js';

const facts = { version: { version: '1.12.0' }, startTimeSecs: 1, flags: { port: '5051' } };

/** One task running, one being launched, one ended and not acknowledged, one completed; and a pod. */
function busy(): Harness {
  const harness = Harness.registered({ attributes: [{ name: 'rack', type: 'SCALAR', scalar: { value: 2 } }] });
  const labels = { labels: [{ key: 'a', value: 'b' }] };
  for (const id of ['done', 'ended', 'long']) {
    harness.run(taskInfo(id, { labels }));
    harness.launched(harness.container(id).path, 8358);
  }
  harness.exited(harness.container('done').path);
  harness.acknowledgeAll('done');
  harness.exited(harness.container('ended').path, { kind: 'exited', status: 7 });
  harness.run(taskInfo('queued'));
  harness.runGroup([taskInfo('pod-a')]);
  harness.launched(harness.container('pod').path);
  harness.launched(harness.container('pod-a').path, 8418);
  return harness;
}

describe('/state', () => {
  it('has the keys of a Mesos agent, and sums of resources', () => {
    const state = stateJson(busy().machine, facts);
    expect(Object.keys(state).sort()).toEqual(
      (
        'attributes capabilities completed_frameworks flags frameworks hostname id master_hostname pid ' +
        'reserved_resources reserved_resources_allocated reserved_resources_full resource_providers resources ' +
        'start_time unreserved_resources unreserved_resources_allocated unreserved_resources_full version'
      ).split(' '),
    );
    expect(state).toMatchObject({
      id: 'master-S0',
      pid: 'slave(1)@10.0.0.7:5051',
      attributes: { rack: 2 },
      resources: { cpus: 4, mem: 4096, disk: 8192, gpus: 0, ports: '[31000-32000]' },
      unreserved_resources_allocated: { cpus: 0.6, mem: 192, disk: 32, gpus: 0 },
      master_hostname: '10.0.0.1',
    });
  });

  it('shows executors with tasks by what became of them', () => {
    const [framework] = stateJson(busy().machine, facts)['frameworks'] as [
      { roles: string[]; executors: { [key: string]: unknown }[]; completed_executors: { [key: string]: unknown }[] },
    ];
    expect(framework.roles).toEqual(['dev']);
    const executor = (id: string) => framework.executors.find((one) => one['id'] === id);
    expect(executor('long')).toMatchObject({
      name: "Command Executor (Task: long) (Command: sh -c 'true')",
      source: 'long',
      role: 'dev',
      labels: [{ key: 'a', value: 'b' }],
      resources: { cpus: 0.2, mem: 64 },
      tasks: [
        {
          id: 'long',
          executor_id: '',
          slave_id: 'master-S0',
          state: 'TASK_RUNNING',
          statuses: [
            {
              state: 'TASK_STARTING',
              container_status: { network_infos: [{ ip_addresses: [{ protocol: 'IPv4', ip_address: '10.0.0.7' }] }] },
            },
            { state: 'TASK_RUNNING' },
          ],
        },
      ],
    });
    expect(executor('long')).not.toHaveProperty('type');
    expect(executor('queued')).toMatchObject({ tasks: [], queued_tasks: [{ id: 'queued', role: 'dev' }] });
    expect(executor('ended')).toMatchObject({ completed_tasks: [{ state: 'TASK_FAILED' }], resources: { cpus: 0.1 } });
    expect(executor('pod')).toMatchObject({ type: 'DEFAULT', tasks: [{ id: 'pod-a', executor_id: 'pod' }] });
    expect(framework.completed_executors).toMatchObject([
      { id: 'done', completed_tasks: [{ state: 'TASK_FINISHED' }] },
    ]);
  });

  it('shows a framework of one role by its role, and what reserves are there', () => {
    const harness = Harness.registered();
    harness.run(taskInfo('t'), { framework: frameworkInfo({ roles: [], role: 'dev', capabilities: [] }) });
    const [framework] = stateJson(harness.machine, facts)['frameworks'] as [object];
    expect(framework).toMatchObject({ role: 'dev', hostname: '', failover_timeout: 0, checkpoint: false });
    expect(framework).not.toHaveProperty('roles');
  });

  it('tells of a drain while it lasts', () => {
    const harness = busy();
    harness.master({ type: 'DRAIN', drain: { config: { mark_gone: false } } });
    expect(stateJson(harness.machine, facts)).toMatchObject({
      drain_config: { mark_gone: false },
      estimated_drain_start_time_seconds: harness.nowMs / 1000,
    });
    expect(getAgent(harness.machine)).toMatchObject({ drain_config: { mark_gone: false } });
  });
});

describe('operator calls', () => {
  it('list tasks, executors and frameworks by phase', () => {
    const { machine } = busy();
    const tasks = getTasks(machine);
    const ids = (list: { task_id: { value: string } }[] = []) => list.map((task) => task.task_id.value);
    expect(ids(tasks.queued_tasks)).toEqual(['queued']);
    expect(ids(tasks.launched_tasks).sort()).toEqual(['long', 'pod-a']);
    expect(ids(tasks.terminated_tasks)).toEqual(['ended']);
    expect(ids(tasks.completed_tasks)).toEqual(['done']);
    expect(tasks.launched_tasks?.[0]).toMatchObject({ status_update_state: 'TASK_STARTING' });
    expect(getExecutors(machine).completed_executors).toHaveLength(1);
    expect(getFrameworks(machine).frameworks).toHaveLength(1);
    expect(getOperations(machine)).toEqual({ operations: [] });
  });
});

describe('containers', () => {
  function view(harness: Harness, countsProcesses = false) {
    const containers = [...harness.containers.values()]
      .filter((container) => !container.ended)
      .map(({ path, config }) => ({
        path,
        id: config.id,
        resources: config.resources,
        status: { executor_pid: 5 },
        usage: { cpus_user_time_secs: 0.1, mem_rss_bytes: 4096, processes: 2, threads: 3 },
      }));
    return { machine: harness.machine, containers, nowMs: 2_000, countsProcesses };
  }

  it('have the statistics of a Mesos agent, with processes on request', () => {
    const harness = busy();
    const filter = { executorId: 'long', frameworkId: 'framework-0000' };
    expect(containersJson(view(harness), filter)).toEqual([
      {
        container_id: harness.container('long').path,
        framework_id: 'framework-0000',
        executor_id: 'long',
        executor_name: "Command Executor (Task: long) (Command: sh -c 'true')",
        source: 'long',
        statistics: {
          timestamp: 2,
          cpus_user_time_secs: 0.1,
          cpus_soft_limit: 0.2,
          mem_rss_bytes: 4096,
          mem_limit_bytes: 67108864,
          mem_soft_limit_bytes: 67108864,
        },
        status: { container_id: { value: harness.container('long').path }, executor_pid: 5 },
      },
    ]);
    expect(containersJson(view(harness, true), filter)[0]).toMatchObject({ statistics: { processes: 2, threads: 3 } });
    expect(monitorJson(view(harness)).map((one) => one['executor_id'])).toEqual(['long', 'queued', 'pod']);
  });

  it('show nested ones where they are asked for', () => {
    const harness = busy();
    const listed = (show_nested: boolean) => getContainers(view(harness), { show_nested }).containers ?? [];
    expect(listed(false)).toHaveLength(3);
    const nested = listed(true).find((container) => !container.executor_id);
    const { id } = harness.container('pod-a').config;
    expect(nested).toMatchObject({ container_id: { value: id.value }, container_status: { container_id: id } });
  });
});

describe('metrics', () => {
  it('count what is and what was', () => {
    const counts = {
      uptimeSecs: 1,
      recoverySecs: 0,
      fetchesSucceeded: 2,
      fetchesFailed: 3,
      fetcherCacheBytes: 4,
      destroyErrors: 0,
    };
    const metrics = Object.fromEntries(agentMetrics(busy().machine, counts));
    expect(metrics).toMatchObject({
      'slave/registered': 1,
      'slave/tasks_running': 2,
      'slave/tasks_staging': 1,
      'slave/tasks_finished': 1,
      'slave/tasks_failed': 1,
      'slave/executors_running': 2,
      'slave/executors_registering': 1,
      'slave/executors_terminated': 2,
      'slave/cpus_total': 4,
      'slave/cpus_used': 0.6,
      'slave/cpus_percent': 0.15,
      'slave/mem_revocable_total': 0,
      'containerizer/fetcher/task_fetches_failed': 3,
      'slave/executor_directory_max_allowed_age_secs': 544320,
    });
  });
});

it('shows that there is a secret, not what it is', () => {
  const secret = { type: 'VALUE' as const, value: { data: Buffer.from('hush') } };
  const credential = { principal: 'p', secret: 'hush' };
  const container = {
    type: 'MESOS' as const,
    mesos: { image: { type: 'DOCKER' as const, docker: { name: 'i', config: secret, credential } } },
  };
  const variables = [{ name: 'S', type: 'SECRET' as const, secret }];
  const harness = Harness.registered();
  harness.run(taskInfo('t', { container, command: { value: 'true', environment: { variables } } }));
  const shown = [
    stateJson(harness.machine, facts),
    getTasks(harness.machine).queued_tasks,
    getExecutors(harness.machine).executors,
  ];
  const text = JSON.stringify(shown);
  expect(text).toContain('"principal":"p"');
  expect(text).not.toContain('hush');
  expect(text).not.toContain(JSON.stringify(secret.value));
});
