// mini-mesos execute
import { userInfo } from 'node:os';
import type { FlagValues } from '@mini-mesos/daemon';
import { DEFAULT_CAPABILITIES } from '@mini-mesos/scheduler-sdk';
import type { CapabilityType, FrameworkOptions } from '@mini-mesos/scheduler-sdk';
import { needsOf } from '../../core/execute/plan.js';
import type { LaunchPlan } from '../../core/execute/plan.js';
import { command } from '../command.js';
import { Execution } from './execution.js';
import { executeFlags } from './flags.js';
import { planOf } from './plan-of-flags.js';

/**
 * A connection that breaks does not end the framework, and with it the task, before it can be made again; a command
 * that was killed leaves the task running for no longer than this.
 */
const FAILOVER_TIMEOUT_SECS = 15;

export const execute = command({
  name: 'execute',
  summary:
    'Runs a command, or a group of tasks, as a framework of its own. Shows the output of the task while it runs, and ' +
    'ends as the task does: with 0 where it finished, with the status of the command where that failed, else with 1. ' +
    'Ctrl-C kills the task.',
  positionals: '[-- PROGRAM [ARG]…]',
  positionalsCount: [0, Number.MAX_SAFE_INTEGER],
  examples: [
    "mini-mesos execute --command='echo hello'",
    "mini-mesos execute --name=build --resources='cpus:2;mem:512' --constraints=os:centos7 --command='make all'",
    'mini-mesos execute -- ls -l /',
    'mini-mesos execute --task_group=/path/pod.json',
  ],
  environment: 'connection',
  flags: executeFlags,
  run({ values, positionals, terminal, interrupted }) {
    const plan = planOf(values, positionals);
    return new Execution({
      plan,
      terminal,
      interrupted,
      killAfterMs: values.kill_after,
      connection: { master: values.master, principal: values.principal, secret: values.secret },
      mediaType: values.content_type,
      framework: frameworkOf(values, plan),
    }).run();
  },
});

function frameworkOf(values: FlagValues<typeof executeFlags>, plan: LaunchPlan): FrameworkOptions {
  const asked = values.framework_capabilities as readonly CapabilityType[];
  const usual = DEFAULT_CAPABILITIES.filter((type) => values.partition_aware || type !== 'PARTITION_AWARE');
  const gpus = needsOf(plan).scalarMilli('gpus') > 0 ? (['GPU_RESOURCES'] as const) : [];
  const capabilities = [...new Set<CapabilityType>([...usual, ...asked, ...gpus])];
  return {
    name: `mini-mesos execute ${plan.tasks[0]?.name ?? ''}`.trim(),
    user: userInfo().username,
    roles: [plan.role],
    checkpoint: values.checkpoint,
    failover_timeout: FAILOVER_TIMEOUT_SECS,
    capabilities: capabilities.map((type) => ({ type })),
    ...(values.principal !== undefined && { principal: values.principal }),
  };
}
