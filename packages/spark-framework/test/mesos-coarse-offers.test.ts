// Goal: the coarse backend answers offers as Spark's does. Method: the cases of Spark's
// MesosCoarseGrainedSchedulerBackendSuite by their numbers in the reference, then ours.
import { describe, expect, test } from 'vitest';
import { amount, Backend, declines, E, launched, portRange, scalar, types } from './support/mesos.js';

describe("cases of Spark's suite", () => {
  test('1: kill does not change the limit, raising the limit launches', () => {
    const backend = new Backend();
    expect(launched(backend.offers({ mem: E, cpus: 4 })).map(({ task_id }) => task_id.value)).toEqual(['0']);
    backend.handle({ type: 'requestTotal', executors: 0 });
    expect(backend.handle({ type: 'killExecutors', executorIds: ['0'] })).toEqual([{ type: 'kill', taskId: '0' }]);
    const declined = backend.offers({ mem: E, cpus: 4, agent: 's2' });
    expect(launched(declined)).toEqual([]);
    expect(declines(declined)).toEqual([undefined]);
    expect(types(backend.handle({ type: 'requestTotal', executors: 2 }))).toContain('revive');
    expect(launched(backend.offers({ mem: E, cpus: 4, agent: 's2' }))).toHaveLength(1);
  });

  test('3: executor.cores is what an executor gets', () => {
    const [task, ...more] = launched(new Backend({ 'spark.executor.cores': 4 }).offers({ mem: E * 2, cpus: 5 }));
    expect(amount(task, 'cpus')).toBe(4);
    expect(more).toEqual([]);
  });

  test('4: without executor.cores it takes all cores', () => {
    expect(launched(new Backend().offers({ mem: E * 2, cpus: 10 })).map((task) => amount(task, 'cpus'))).toEqual([10]);
  });

  test('5: but not more than cores.max', () => {
    expect(
      launched(new Backend({ 'spark.cores.max': 10 }).offers({ mem: E, cpus: 11 })).map((task) => amount(task, 'cpus')),
    ).toEqual([10]);
  });

  test('6, 7: gpus are taken up to gpus.max, and none by default', () => {
    expect(amount(launched(new Backend().offers({ mem: E, cpus: 1, gpus: 1 }))[0], 'gpus')).toBe(0);
    const some = new Backend({ 'spark.mesos.gpus.max': 5 });
    expect(amount(launched(some.offers({ mem: E, cpus: 1, gpus: 6 }))[0], 'gpus')).toBe(5);
  });

  test('8: unmet constraints are declined with a filter', () => {
    expect(declines(new Backend({ 'spark.mesos.constraints': 'x:true' }).offers({ mem: E, cpus: 4 }))).toEqual([120]);
  });

  test('9: with cores.max reached, offers are declined with a filter', () => {
    const effects = new Backend({ 'spark.cores.max': 3 }).offers({ mem: E, cpus: 4 }, { mem: E, cpus: 4, agent: 's2' });
    expect(launched(effects)).toHaveLength(1);
    expect(declines(effects)).toEqual([120]);
  });

  test('13: several executors on one offer', () => {
    expect(launched(new Backend({ 'spark.executor.cores': 4 }).offers({ mem: E * 2, cpus: 8 }))).toHaveLength(2);
  });

  test('16: a fixed port must be offered, and is taken', () => {
    const backend = new Backend({ 'spark.blockManager.port': 30_100 });
    expect(launched(backend.offers({ mem: E, cpus: 1, resources: [portRange(31_000, 32_000)] }))).toEqual([]);
    const [task, ...more] = launched(backend.offers({ mem: E * 3, cpus: 1, resources: [portRange(30_000, 30_200)] }));
    expect(task?.resources?.find(({ name }) => name === 'ports')?.ranges?.range).toEqual([
      { begin: 30_100, end: 30_100 },
    ]);
    expect(more).toEqual([]);
  });

  test('18: killing executors is one call for each', () => {
    expect(new Backend().handle({ type: 'killExecutors', executorIds: ['0', '7'] })).toEqual([
      { type: 'kill', taskId: '0' },
      { type: 'kill', taskId: '7' },
    ]);
  });

  test('20, 21: the container', () => {
    const docker = { 'spark.mesos.executor.docker.image': 'some/image' };
    const container = (conf: Record<string, string>) =>
      launched(new Backend(conf).offers({ mem: E, cpus: 1 }))[0]?.container;
    expect(container({})).toEqual({ type: 'MESOS' });
    expect(container(docker)).toEqual({ type: 'DOCKER', docker: { image: 'some/image', force_pull_image: false } });
    expect(container({ ...docker, 'spark.mesos.containerizer': 'mesos' })).toEqual({
      type: 'MESOS',
      mesos: { image: { type: 'DOCKER', docker: { name: 'some/image' }, cached: true } },
    });
    expect(
      container({
        ...docker,
        'spark.mesos.executor.docker.volumes': '/host_vol:/container_vol:ro',
        'spark.mesos.executor.docker.portmaps': '8080:80:tcp',
        'spark.mesos.executor.docker.forcePullImage': 'true',
      }),
    ).toEqual({
      type: 'DOCKER',
      volumes: [{ host_path: '/host_vol', container_path: '/container_vol', mode: 'RO' }],
      docker: {
        image: 'some/image',
        force_pull_image: true,
        port_mappings: [{ host_port: 8080, container_port: 80, protocol: 'tcp' }],
      },
    });
  });

  test('22: the executor package is the first thing fetched, with the cache flag on every URI', () => {
    const command = (conf: Record<string, string>) =>
      launched(new Backend(conf).offers({ mem: E, cpus: 1 }))[0]?.command;
    const uri = { 'spark.executor.uri': 'http://h/test-app-1.0.0.tgz', 'spark.mesos.uris': 'a, b' };
    expect(command(uri)?.uris).toEqual(
      ['http://h/test-app-1.0.0.tgz', 'a', 'b'].map((value) => ({ value, cache: false })),
    );
    expect(command({ ...uri, 'spark.mesos.fetcherCache.enable': 'true' })?.uris?.every(({ cache }) => cache)).toBe(
      true,
    );
    expect(command(uri)?.value).toMatch(/^cd test-app-1\* && exec node dist\/executor\/executor-main\.js /);
  });

  test('23, 24: name and labels of tasks', () => {
    const backend = new Backend(
      { 'spark.mesos.task.labels': 'mesos:test,label:test,incorrect:label:here' },
      'test-mesos-dynamic-alloc',
    );
    const [task] = launched(backend.offers({ mem: E, cpus: 1 }));
    expect(task?.name).toBe('test-mesos-dynamic-alloc 0');
    expect(task?.labels).toEqual({
      labels: [
        { key: 'mesos', value: 'test' },
        { key: 'label', value: 'test' },
      ],
    });
  });

  test('25: a network of its own, of which executors find their name themselves', () => {
    const conf = { 'spark.mesos.network.name': 'net', 'spark.mesos.network.labels': 'key1:val1,key2:val2' };
    const [task] = launched(new Backend(conf).offers({ mem: E, cpus: 1 }));
    expect(task?.container?.network_infos).toEqual([
      {
        name: 'net',
        labels: {
          labels: [
            { key: 'key1', value: 'val1' },
            { key: 'key2', value: 'val2' },
          ],
        },
      },
    ]);
    expect(task?.command?.arguments).not.toContain('--hostname');
    expect(launched(new Backend().offers({ mem: E, cpus: 1 }))[0]?.command?.arguments).toContain('--hostname');
    const home = { ...conf, 'spark.mesos.executor.home': '/mesos home' };
    expect(launched(new Backend(home).offers({ mem: E, cpus: 1 }))[0]?.command?.value).toBe(
      "exec node '/mesos home/dist/executor/executor-main.js' --cores 1",
    );
  });

  test('26: ready when the executors have registered', () => {
    const { machine, ...backend } = new Backend({
      'spark.cores.max': 1,
      'spark.scheduler.minRegisteredResourcesRatio': 1,
    });
    expect(machine.isReady).toBe(false);
    machine.handle({ type: 'offers', offers: [] }, backend.nowMs);
    const made = new Backend({ 'spark.cores.max': 1, 'spark.scheduler.minRegisteredResourcesRatio': 1 });
    made.offers({ mem: E, cpus: 4 });
    expect(made.machine.isReady).toBe(false);
    made.handle({ type: 'executorRegistered', executorId: '0', cores: 1 });
    expect(made.machine.isReady).toBe(true);
  });
});

describe('placing executors', () => {
  test('spreads over agents before it stacks', () => {
    const backend = new Backend({ 'spark.executor.cores': 1, 'spark.cores.max': 3 });
    const effects = backend.offers({ mem: E * 4, cpus: 4 }, { mem: E * 4, cpus: 4, agent: 's2' });
    expect(launched(effects).map(({ agent_id, task_id }) => `${task_id.value}@${agent_id.value}`)).toEqual([
      '0@s1',
      '2@s1',
      '1@s2',
    ]);
  });

  test('joins offers of one agent, but not of different roles', () => {
    const joined = new Backend({ 'spark.executor.cores': 4 }).offers({ mem: E, cpus: 2 }, { mem: 10, cpus: 2 });
    expect(joined).toMatchObject([{ type: 'accept', offerIds: [expect.any(String), expect.any(String)] }]);
    const apart = new Backend({ 'spark.executor.cores': 4 }).offers(
      { mem: E, cpus: 2 },
      { mem: 10, cpus: 2, role: 'other' },
    );
    expect(launched(apart)).toEqual([]);
    expect(declines(apart)).toEqual([undefined, undefined]);
  });

  test('floors fractional cpus and keeps roles of what it takes', () => {
    const backend = new Backend({ 'spark.cores.max': 3 });
    const [task] = launched(
      backend.offers({ mem: E - 100, cpus: 1.9, resources: [scalar('cpus', 2, 'prod'), scalar('mem', 200, 'prod')] }),
    );
    expect(amount(task, 'cpus')).toBe(3);
    expect(task?.resources?.filter(({ name }) => name === 'cpus')).toEqual([
      scalar('cpus', 1.9),
      { ...scalar('cpus', 1.1, 'prod') },
    ]);
    expect(amount(task, 'mem')).toBe(E);
    expect(launched(new Backend().offers({ mem: E, cpus: 3.9 })).map((one) => amount(one, 'cpus'))).toEqual([3]);
  });

  test('cores.max is rounded down to a multiple of executor.cores', () => {
    const backend = new Backend({ 'spark.cores.max': 10, 'spark.executor.cores': 4 });
    expect(launched(backend.offers({ mem: E * 9, cpus: 40 }))).toHaveLength(2);
  });

  test('limits for cores on one agent and for memory in all', () => {
    const perAgent = new Backend({ 'spark.executor.cores': 2, 'spark.mesos.coresPerAgent.max': 4 });
    expect(launched(perAgent.offers({ mem: E * 9, cpus: 40 }))).toHaveLength(2);
    const memory = new Backend({ 'spark.executor.cores': 1, 'spark.mesos.mem.max': `${E * 2}m` });
    expect(launched(memory.offers({ mem: E * 9, cpus: 40 }))).toHaveLength(2);
  });

  test('extra cores are told to the executor, not taken', () => {
    const [task] = launched(
      new Backend({ 'spark.mesos.extra.cores': 2, 'spark.executor.cores': 1 }).offers({ mem: E, cpus: 1 }),
    );
    expect(amount(task, 'cpus')).toBe(1);
    expect(task?.command?.arguments).toEqual(expect.arrayContaining(['--cores', '3']));
  });

  test('the environment holds the token and executorEnv', () => {
    const [task] = launched(new Backend({ 'spark.executorEnv.A': 'b' }).offers({ mem: E, cpus: 1 }));
    expect(task?.command?.environment?.variables?.map(({ name, value }) => `${name}=${value}`)).toEqual([
      'A=b',
      'SPARK_EXECUTOR_TOKEN=secret',
    ]);
  });
});

describe('asking for offers', () => {
  test('none are wanted when enough run, and again when one ends', () => {
    const backend = new Backend({ 'spark.cores.max': 2, 'spark.executor.cores': 1 });
    expect(types(backend.offers({ mem: E, cpus: 1 }))).toEqual(['accept']);
    expect(types(backend.offers({ mem: E, cpus: 1, agent: 's2' }))).toEqual(['accept', 'suppress']);
    expect(types(backend.update('0', 'TASK_RUNNING'))).toEqual([]);
    expect(types(backend.update('0', 'TASK_FINISHED'))).toEqual(['executorLost', 'revive']);
  });

  test('while stopping everything is declined without a filter', () => {
    const backend = new Backend();
    backend.handle({ type: 'stop' });
    expect(declines(backend.offers({ mem: E, cpus: 4 }))).toEqual([undefined]);
  });

  test('configured refusal times', () => {
    const conf = { 'spark.cores.max': 1, 'spark.mesos.rejectOfferDuration': '20s', 'spark.mesos.constraints': 'a:' };
    const attributes = [{ name: 'a', type: 'TEXT' as const, text: { value: 'x' } }];
    const backend = new Backend({ ...conf, 'spark.mesos.rejectOfferDurationForReachedMaxCores': '7s' });
    expect(declines(backend.offers({ mem: E, cpus: 1 }))).toEqual([20]);
    backend.offers({ mem: E, cpus: 1, attributes });
    expect(declines(backend.offers({ mem: E, cpus: 1, agent: 's2', attributes }))).toEqual([7]);
  });
});
