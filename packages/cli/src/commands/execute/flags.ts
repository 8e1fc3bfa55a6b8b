// The flags of `execute`: those of mesos-execute that mean something here, and constraints.
import { flag } from '@mini-mesos/daemon';
import type { Volume } from '@mini-mesos/proto';
import { parseConstraints } from '../../core/execute/constraints.js';
import { groupFromJson, taskFromJson } from '../../core/execute/plan.js';
import { DecodeError, fromJson } from '@mini-mesos/wire';
import { connectionFlags } from '../client-flags.js';

/** A JSON object of texts. */
function readEnvironment(value: unknown) {
  const isMap =
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((text) => typeof text === 'string');
  return isMap
    ? ({ ok: true, value: value as { [name: string]: string } } as const)
    : ({ ok: false, error: 'expected a JSON object of texts, for example {"NAME": "value"}' } as const);
}

function readVolumes(value: unknown) {
  if (!Array.isArray(value)) return { ok: false, error: 'expected a JSON array of volumes' } as const;
  try {
    return { ok: true, value: value.map((one): Volume => fromJson('mesos.v1.Volume', one)) } as const;
  } catch (error) {
    if (error instanceof DecodeError) return { ok: false, error: error.message } as const;
    throw error;
  }
}

export const executeFlags = {
  ...connectionFlags,
  name: flag.string({ help: 'Name and id of the task. Default: execute- and a random number.', example: 'hello' }),
  command: flag.string({ help: 'What to run; can also stand after --.', example: 'echo hello' }),
  shell: flag.bool({
    help: 'Whether a shell runs the command. If not, it is a program and what stands after -- are its arguments.',
    default: true,
  }),
  env: flag.json({
    help: 'JSON object of variables, or a file that holds one.',
    example: '{"NAME": "value"}',
    read: readEnvironment,
  }),
  resources: flag.string({ help: 'What the task needs.', default: 'cpus:1;mem:128', example: 'cpus:0.5;mem:64' }),
  constraints: flag.string({
    help: 'Attributes that the agent must have, as in Spark: a text is one of the values, a number at least one of them.',
    example: 'os:centos7;rack:r1,r2',
    check: (text) => {
      const parsed = parseConstraints(text);
      return parsed.ok ? undefined : parsed.error;
    },
  }),
  task: flag.json({
    help: 'A TaskInfo as JSON, or a file that holds one, instead of name, command and resources. agent_id may be left out.',
    example: '/path/task.json',
    read: taskFromJson,
  }),
  task_group: flag.json({
    help: 'A TaskGroupInfo as JSON, or a file that holds one: tasks that run as one pod.',
    example: '/path/pod.json',
    read: groupFromJson,
  }),
  role: flag.string({ help: 'Role of the framework.', default: '*' }),
  kill_after: flag.duration({ help: 'The task is killed when it has run for this long.', example: '10secs' }),
  containerizer: flag.oneOf(['mesos', 'docker'], { help: 'Which containerizer runs the task.', default: 'mesos' }),
  docker_image: flag.string({ help: 'Image of the container.', example: 'busybox:latest' }),
  networks: flag.list({ help: 'Networks that the container joins.', default: '', example: 'net1,net2' }),
  volumes: flag.json({
    help: 'JSON array of Volume, or a file that holds one.',
    example: '[{"container_path": "/data", "host_path": "/srv/data", "mode": "RO"}]',
    read: readVolumes,
  }),
  checkpoint: flag.bool({ help: 'Whether the task survives a restart of its agent.', default: false }),
  partition_aware: flag.bool({
    help: 'Whether a task on an agent that cannot be reached is waited for. If not, it counts as lost.',
    default: true,
  }),
  framework_capabilities: flag.list({
    help: 'Further capabilities of the framework. GPU_RESOURCES is on where --resources names gpus.',
    default: '',
    example: 'REVOCABLE_RESOURCES',
    check: (words) => {
      const wrong = words.find((word) => !(CAPABILITIES as readonly string[]).includes(word));
      return wrong === undefined ? undefined : `no capability is called ${wrong}; expected ${CAPABILITIES.join(', ')}`;
    },
  }),
  content_type: flag.oneOf(['protobuf', 'json'], {
    help: 'How the framework talks to the master.',
    default: 'protobuf',
  }),
};

/** Those that mean something for a framework with one launch. */
const CAPABILITIES = ['GPU_RESOURCES', 'REVOCABLE_RESOURCES', 'SHARED_RESOURCES', 'REGION_AWARE'] as const;
