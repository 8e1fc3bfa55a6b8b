// Goal: tasks get resources that a master accepts for the offer: allocated, reserved ones first, nothing special. Method:
// examples of offers.
import { expect, test } from 'vitest';
import {
  cpus,
  disk,
  gpus,
  mem,
  offerResources,
  ports,
  reserve,
  takeResources,
  taskFrom,
  tasksFrom,
  launch,
  unreserve,
  createVolumes,
  destroyVolumes,
  launchGroup,
} from '@mini-mesos/scheduler-sdk';
import type { Resource } from '@mini-mesos/proto';
import { makeOffer } from './fake-master.js';

const allocation_info = { role: 'dev' };
const reservations = [{ type: 'DYNAMIC' as const, role: 'dev' }];
const offerOf = (...resources: Resource[]) => ({ ...makeOffer('o', 'agent-1', 'dev'), resources });

test('a task takes what it needs, allocated to the role of the offer', () => {
  const task = taskFrom(makeOffer('o', 'agent-7', 'dev'), {
    taskId: 't',
    resources: { cpus: 0.5, mem: 64, ports: 2 },
    command: 'echo hello',
    labels: { labels: [{ key: 'k' }] },
  });
  expect(task).toEqual({
    name: 't',
    task_id: { value: 't' },
    agent_id: { value: 'agent-7' },
    command: { value: 'echo hello' },
    labels: { labels: [{ key: 'k' }] },
    resources: expect.arrayContaining([
      expect.objectContaining({ name: 'cpus', scalar: { value: 0.5 }, allocation_info }),
      expect.objectContaining({ name: 'mem', scalar: { value: 64 }, allocation_info }),
      expect.objectContaining({ name: 'ports', ranges: { range: [{ begin: 31000, end: 31001 }] }, allocation_info }),
    ]),
  });
});

test('an offer that is too small gives no task', () => {
  for (const resources of [{ cpus: 4.001 }, { mem: 1025 }, { ports: 11 }, { gpus: 1 }, { cpus: 1, disk: 1 }]) {
    expect(taskFrom(makeOffer('o'), { taskId: 't', resources })).toBeUndefined();
  }
});

test('several tasks share an offer, and what does not fit is left for the next one', () => {
  const specs = [3, 2, 1].map((amount) => ({ taskId: `t${amount}`, resources: { cpus: amount } }));
  const { tasks, unplaced } = tasksFrom(makeOffer('o'), specs);
  expect(tasks.map(({ task_id }) => task_id.value)).toEqual(['t3', 't1']);
  expect(unplaced.map(({ taskId }) => taskId)).toEqual(['t2']);
});

test('reserved resources go first; volumes, providers and revocable resources are left alone', () => {
  const offer = offerOf(
    { ...cpus(1), allocation_info },
    { ...cpus(1), allocation_info, reservations },
    { ...cpus(8), allocation_info, revocable: {} },
    { ...disk(10), allocation_info },
    {
      ...disk(100),
      allocation_info,
      reservations,
      disk: { persistence: { id: 'v' }, volume: { container_path: 'p', mode: 'RW' } },
    },
    { ...disk(100), allocation_info, provider_id: { value: 'provider' } },
  );
  const task = taskFrom(offer, { taskId: 't', resources: { cpus: 1.5, disk: 10 } });
  expect(task?.resources).toHaveLength(3);
  expect(task?.resources).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: 'cpus', scalar: { value: 1 }, reservations }),
      expect.objectContaining({ name: 'cpus', scalar: { value: 0.5 } }),
      expect.objectContaining({ name: 'disk', scalar: { value: 10 } }),
    ]),
  );
  expect(taskFrom(offer, { taskId: 't', resources: { cpus: 2.5 } })).toBeUndefined();
  expect(taskFrom(offer, { taskId: 't', resources: { disk: 11 } })).toBeUndefined();
});

test('nothing is lost between what is taken and what is left', () => {
  const available = offerResources(makeOffer('o'));
  const cut = takeResources(available, { cpus: 1.234, ports: 3 });
  expect(cut && cut.taken.plus(cut.left).equals(available)).toBe(true);
});

test('the makers of resources and operations', () => {
  expect([cpus(1), gpus(2), mem(3), disk(4)].map(({ name, scalar }) => [name, scalar?.value])).toEqual([
    ['cpus', 1],
    ['gpus', 2],
    ['mem', 3],
    ['disk', 4],
  ]);
  expect(ports([1, 2], [4, 4]).ranges?.range).toEqual([
    { begin: 1, end: 2 },
    { begin: 4, end: 4 },
  ]);
  const operation = reserve([{ ...cpus(1), allocation_info }], { role: 'dev', principal: 'p' });
  expect(operation).toMatchObject({
    type: 'RESERVE',
    reserve: {
      resources: [
        { scalar: { value: 1 }, allocation_info, reservations: [{ type: 'DYNAMIC', role: 'dev', principal: 'p' }] },
      ],
    },
  });
  expect(reserve([cpus(1)]).reserve).toEqual({ resources: [cpus(1)] });
  expect(unreserve(offerResources(makeOffer('o'))).unreserve?.resources).toHaveLength(3);
  expect([createVolumes([disk(1)]).type, destroyVolumes([disk(1)]).type, launch([]).type]).toEqual([
    'CREATE',
    'DESTROY',
    'LAUNCH',
  ]);
  expect(launchGroup({ executor_id: { value: 'e' } }, []).launch_group).toEqual({
    executor: { executor_id: { value: 'e' } },
    task_group: { tasks: [] },
  });
});
