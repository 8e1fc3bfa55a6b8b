// Goal: a plan is placed in the first offer that holds all it needs, reserved resources first. Method: the pure placement
// on offers as a master makes them.
import type { Offer } from '@mini-mesos/proto';
import { Resources } from '@mini-mesos/resources';
import { describe, expect, test } from 'vitest';
import { placed } from '../src/core/execute/placement.js';
import { commandTask, groupFromJson, podExecutor, taskFromJson } from '../src/core/execute/plan.js';
import type { LaunchPlan } from '../src/core/execute/plan.js';

function resources(text: string): Resources {
  const parsed = Resources.parse(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

function offer(id: string, text: string, role = '*'): Offer {
  return {
    id: { value: id },
    framework_id: { value: 'f' },
    agent_id: { value: `agent-of-${id}` },
    hostname: 'host',
    allocation_info: { role },
    resources: resources(text).allocate(role).toProto(),
    attributes: [{ name: 'os', type: 'TEXT', text: { value: 'centos7' } }],
  };
}

function plan(text: string, rest: Partial<LaunchPlan> = {}): LaunchPlan {
  const task = commandTask({ name: 't', command: { value: 'true' }, resources: text, container: undefined });
  if (!task.ok) throw new Error(task.error);
  return { tasks: [task.value], executor: undefined, constraints: [], role: '*', ...rest };
}

const taken = (part: { resources?: Offer['resources'] } | undefined): string =>
  Resources.fromProto(part?.resources).toString();

describe('a task', () => {
  test('goes to the first offer that is large enough, with the agent of the offer', () => {
    const placement = placed([offer('a', 'cpus:1;mem:64'), offer('b', 'cpus:2;mem:1024')], plan('cpus:1;mem:128'));
    expect(placement?.offer.id.value).toBe('b');
    expect(placement?.tasks[0]?.agent_id.value).toBe('agent-of-b');
    expect(taken(placement?.tasks[0])).toBe('cpus:1; mem:128');
  });

  test('gets the very ports that it asks for, or waits', () => {
    const offers = [offer('a', 'cpus:1;ports:[31000-31005]')];
    expect(placed(offers, plan('cpus:0.5;ports:[31003-31003]'))).toBeDefined();
    expect(placed(offers, plan('cpus:0.5;ports:[8080-8080]'))).toBeUndefined();
  });

  test('takes what is reserved for its role first, then the rest from all', () => {
    const offers = [offer('a', 'cpus(dev):1;cpus:4;mem:512', 'dev')];
    const placement = placed(offers, plan('cpus:2;mem:128', { role: 'dev' }));
    const items = Resources.fromProto(placement?.tasks[0]?.resources);
    expect(items.reservedTo('dev').scalarMilli('cpus')).toBe(1000);
    expect(items.unreserved().scalarMilli('cpus')).toBe(1000);
  });

  test('keeps away from agents that do not match', () => {
    const constraints = [{ name: 'os', values: ['debian'] }];
    expect(placed([offer('a', 'cpus:4')], plan('cpus:1', { constraints }))).toBeUndefined();
  });
});

describe('a group', () => {
  const group = (cpus: number) =>
    groupFromJson({
      tasks: ['a', 'b'].map((id) => ({
        name: id,
        task_id: { value: id },
        resources: [{ name: 'cpus', type: 'SCALAR', scalar: { value: cpus } }],
        command: { value: 'true' },
      })),
    });

  test('needs room for all tasks and the executor together', () => {
    const tasks = group(1);
    if (!tasks.ok) throw new Error(tasks.error);
    const pod = plan('cpus:1', { tasks: tasks.value, executor: podExecutor([]) });
    expect(placed([offer('a', 'cpus:2;mem:1024;disk:1024')], pod)).toBeUndefined();
    expect(placed([offer('a', 'cpus:2.1;mem:1024')], pod)).toBeUndefined();
    const placement = placed([offer('a', 'cpus:2.1;mem:1024;disk:1024')], pod);
    expect(placement?.tasks.map(taken)).toEqual(['cpus:1', 'cpus:1']);
    expect(taken(placement?.executor)).toBe('cpus:0.1; mem:32; disk:32');
  });

  test('is refused where it has no tasks, or they miss what is required', () => {
    expect(groupFromJson({ tasks: [] }).ok).toBe(false);
    expect(groupFromJson({ tasks: [{ name: 'a' }] })).toEqual({
      ok: false,
      error: expect.stringContaining('task_id') as string,
    });
  });
});

test('a task as JSON may leave its agent out', () => {
  const task = taskFromJson({ name: 'a', task_id: { value: 'a' }, command: { value: 'true' } });
  expect(task).toMatchObject({ ok: true, value: { agent_id: { value: '' } } });
  expect(taskFromJson([]).ok).toBe(false);
});

test('a name that cannot be an id is refused before anything is launched', () => {
  const task = commandTask({ name: 'a/b', command: {}, resources: 'cpus:1', container: undefined });
  expect(task).toMatchObject({ ok: false, error: expect.stringContaining('a/b') });
});
