// Goal: executors and tasks see the variables that Mesos' own see, and are described alike. Method: recorded values.
import { describe, expect, it } from 'vitest';
import { commandExecutorInfo } from '../src/core/executor-info.js';
import { customExecutor, frameworkInfo, Harness, parsed, taskInfo } from './support/harness.js';

describe('the environment of a command task', () => {
  it('is that of a Mesos agent', () => {
    const harness = Harness.registered();
    const command = { value: 'env', environment: { variables: [{ name: 'MINE', value: 'x y' }] } };
    harness.run(taskInfo('e1', { command }), { framework: frameworkInfo({ checkpoint: true }) });
    const { config } = harness.container('e1');
    expect(Object.fromEntries(config.environment)).toEqual({
      LIBPROCESS_IP: '10.0.0.7',
      LIBPROCESS_PORT: '0',
      MESOS_AGENT_ENDPOINT: '10.0.0.7:5051',
      MESOS_ALLOCATION_ROLE: 'dev',
      MESOS_CHECKPOINT: '1',
      MESOS_DIRECTORY: config.sandbox,
      MESOS_EXECUTOR_ID: 'e1',
      MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD: '5secs',
      MESOS_FRAMEWORK_ID: 'framework-0000',
      MESOS_HTTP_COMMAND_EXECUTOR: '0',
      MESOS_RECOVERY_TIMEOUT: '15mins',
      MESOS_SANDBOX: config.sandbox,
      MESOS_SLAVE_ID: 'master-S0',
      MESOS_SLAVE_PID: 'slave(1)@10.0.0.7:5051',
      MESOS_SUBSCRIPTION_BACKOFF_MAX: '2secs',
      MINE: 'x y',
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    });
    expect(config.sandbox).toBe(
      `/work/slaves/master-S0/frameworks/framework-0000/executors/e1/runs/${config.id.value}`,
    );
    expect(config.sandboxLink).toBe('/work/slaves/master-S0/frameworks/framework-0000/executors/e1/runs/latest');
  });

  it('lets the task win over the agent, and the agent over the operator', () => {
    const harness = Harness.registered({ executorEnvironment: { PATH: '/opt/bin', MESOS_CHECKPOINT: 'no', A: '1' } });
    const command = { value: 'env', environment: { variables: [{ name: 'A', value: '2' }] } };
    harness.run(taskInfo('t', { command }));
    const seen = Object.fromEntries(harness.container('t').config.environment);
    expect(seen).toMatchObject({ PATH: '/opt/bin', MESOS_CHECKPOINT: '0', A: '2' });
    expect(seen).not.toHaveProperty('MESOS_RECOVERY_TIMEOUT');
  });

  it("tells an executor its own grace period, and a command's secrets to nobody", () => {
    const harness = Harness.registered();
    const variables = [{ name: 'S', type: 'SECRET' as const }];
    const executor = {
      ...customExecutor,
      command: { value: 'x', environment: { variables } },
      shutdown_grace_period: { nanoseconds: 2e9 },
    };
    harness.run(taskInfo('t', { executor }));
    const seen = Object.fromEntries(harness.container('custom').config.environment);
    expect(seen['MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD']).toBe('2secs');
    expect(seen).not.toHaveProperty('S');
    expect(seen).not.toHaveProperty('MESOS_ALLOCATION_ROLE');
  });

  it('names the user of the command, else of the framework, else nobody', () => {
    const user = (command: object, config = {}) => {
      const harness = Harness.registered(config);
      harness.run(taskInfo('t', { command: { value: 'id', ...command } }));
      return harness.container('t').config.user;
    };
    expect(user({ user: 'bin' })).toBe('bin');
    expect(user({})).toBe('nobody');
    expect(user({ user: 'bin' }, { switchUser: false })).toBeUndefined();
  });
});

describe('the executor of a command task', () => {
  const info = (overrides: Parameters<typeof taskInfo>[1]) =>
    commandExecutorInfo(taskInfo('t', overrides), { frameworkId: 'f', launcherDir: '/usr/libexec/mesos' });

  it.each([
    [{ value: 'exit 7' }, "Command Executor (Task: t) (Command: sh -c 'exit 7')"],
    [{ value: 'echo started; sleep 1000' }, "Command Executor (Task: t) (Command: sh -c 'echo started...')"],
    [{ value: '/bin/ls', arguments: ['ls'], shell: false }, 'Command Executor (Task: t) (Command: [/bin/ls, ls])'],
    [{}, 'Command Executor (Task: t) (Command: NO COMMAND)'],
    [{ shell: false }, 'Command Executor (Task: t) (Command: NO EXECUTABLE)'],
  ])('is named after its command: %j', (command, name) => {
    expect(info({ command }).name).toBe(name);
  });

  it("holds a little on top of the task, in the task's role", () => {
    expect(info({}).resources).toEqual([
      { name: 'cpus', type: 'SCALAR', scalar: { value: 0.1 }, allocation_info: { role: 'dev' } },
      { name: 'mem', type: 'SCALAR', scalar: { value: 32 }, allocation_info: { role: 'dev' } },
    ]);
    expect(parsed('cpus:1').scalarMilli('cpus')).toBe(1000);
  });

  it('has two seconds more than the kill policy gives', () => {
    const kill_policy = { grace_period: { nanoseconds: 1e9 } };
    expect(info({ kill_policy }).shutdown_grace_period).toEqual({ nanoseconds: 3e9 });
    expect(info({})).not.toHaveProperty('shutdown_grace_period');
  });
});
