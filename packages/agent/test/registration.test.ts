// Goal: the agent finds its master, comes back to it, and gives a silent one up. Method: the machine on virtual time.
import { describe, expect, it } from 'vitest';
import { AGENT_ID, frameworkInfo, Harness, taskInfo } from './support/harness.js';

describe('registration', () => {
  it('dials a new leader after a random part of the back-off, and asks for an id', () => {
    const harness = new Harness();
    harness.detect('10.0.0.1:5050');
    expect(harness.link).toBeUndefined();
    harness.advance(1_000);
    expect(harness.link).toEqual({ generation: 1, address: '10.0.0.1:5050' });
    const call = harness.calls[0];
    expect(call?.type).toBe('REGISTER');
    expect(call?.register?.agent.agent_info.id).toBeUndefined();
    expect(call?.register?.agent.capabilities?.map(({ type }) => type)).toContain('AGENT_DRAINING');
    harness.master({
      type: 'REGISTERED',
      registered: { agent_id: { value: AGENT_ID }, total_ping_timeout_seconds: 75 },
    });
    expect(harness.machine.state.phase).toBe('RUNNING');
    expect(harness.effects.some((effect) => effect.type === 'adopt-agent-id' && effect.agentId === AGENT_ID)).toBe(
      true,
    );
  });

  it('doubles the back-off up to a minute while the master cannot be reached', () => {
    const harness = new Harness({}, 'back-off');
    harness.detect('10.0.0.1:5050');
    for (let attempt = 1; attempt <= 12; attempt += 1) {
      const due = harness.timers.get('registration/retry') ?? 0;
      expect(due - harness.nowMs).toBeLessThanOrEqual(Math.min(1_000 * 2 ** (attempt - 1), 60_000));
      harness.advance(due - harness.nowMs);
      expect(harness.link?.generation).toBe(attempt);
      harness.breakLink('refused');
    }
  });

  it('tells a failure that repeats once', () => {
    const harness = new Harness();
    harness.detect('10.0.0.1:5050');
    for (let attempt = 0; attempt < 5; attempt += 1) {
      harness.advance(60_000);
      harness.breakLink('connection refused');
    }
    const told = harness.effects.filter(
      (effect) => effect.type === 'log' && effect.level === 'warn' && effect.message.includes('refused'),
    );
    expect(told).toHaveLength(1);
  });

  it('follows a redirect for one attempt, then asks the detected leader again', () => {
    const harness = new Harness();
    harness.detect('10.0.0.1:5050');
    harness.advance(1_000);
    const generation = harness.link?.generation ?? 0;
    harness.link = undefined;
    const redirect = { address: '10.0.0.2:5050', hostname: '10.0.0.2' };
    const dialled = () => harness.link?.address;
    harness.event({ type: 'link-closed', generation, reason: 'redirected', redirect });
    harness.advance(2_000);
    expect(dialled()).toBe('10.0.0.2:5050');
    harness.breakLink('gone');
    harness.advance(4_000);
    expect(dialled()).toBe('10.0.0.1:5050');
  });

  it('gives up a master that takes the registration and says nothing', () => {
    const harness = new Harness();
    harness.detect('10.0.0.1:5050');
    harness.advance(1_000);
    harness.advance(30_000);
    expect(harness.link?.generation ?? 2).toBeGreaterThanOrEqual(2);
    expect(harness.effects.some((effect) => effect.type === 'close-link' && effect.generation === 1)).toBe(true);
  });

  it('answers pings, and registers again when they stop or say that it is disconnected', () => {
    const harness = Harness.registered();
    for (let ping = 0; ping < 10; ping += 1) {
      harness.advance(15_000);
      harness.master({ type: 'PING', ping: { connected: true } });
    }
    expect(harness.calls.map(({ type }) => type)).toEqual(Array.from({ length: 10 }, () => 'PONG'));
    harness.advance(75_000);
    expect(harness.machine.isRegistered).toBe(false);
    harness.advance(1_000);
    expect(harness.calls.at(-1)?.type).toBe('REREGISTER');
    harness.reregister();
    harness.master({ type: 'PING', ping: { connected: false } });
    expect(harness.machine.isRegistered).toBe(false);
  });

  it('drops what an older link still says', () => {
    const harness = Harness.registered();
    const old = harness.link?.generation ?? 0;
    harness.breakLink();
    harness.advance(1_000);
    const run = { framework: frameworkInfo(), task: taskInfo('t'), launch_executor: true };
    harness.event({ type: 'link-event', generation: old, event: { type: 'RUN_TASK', run_task: run } });
    expect(harness.containers.size).toBe(0);
  });

  it('names its tasks when it comes back, and answers for those it never saw', () => {
    const harness = Harness.registered();
    harness.run(taskInfo('known'));
    harness.launched(harness.container('known').path);
    harness.breakLink();
    harness.advance(1_000);
    const call = harness.calls.find(({ type }) => type === 'REREGISTER')?.reregister;
    expect(call?.agent.agent_info.id?.value).toBe(AGENT_ID);
    expect(call?.tasks?.map((task) => [task.task_id.value, task.state])).toEqual([['known', 'TASK_RUNNING']]);
    expect(call?.executors).toEqual([]);
    expect(call?.frameworks?.map(({ id }) => id?.value)).toEqual(['framework-0000']);
    const unknown = { framework_id: { value: 'other' }, task_id: { value: 'lost' } };
    harness.reregister([
      { ...unknown, partition_aware: false },
      { framework_id: { value: 'framework-0000' }, task_id: { value: 'dropped' }, partition_aware: true },
      { framework_id: { value: 'framework-0000' }, task_id: { value: 'known' }, partition_aware: true },
    ]);
    expect(harness.sent('lost')).toMatchObject([{ state: 'TASK_LOST', reason: 'REASON_RECONCILIATION' }]);
    expect(harness.sent('dropped')).toMatchObject([{ state: 'TASK_DROPPED', source: 'SOURCE_AGENT' }]);
    expect(harness.states('known')).toEqual(['STARTING', 'STARTING']);
  });

  it('says of a task which state its framework hears next, whether or not that was sent yet', () => {
    const harness = Harness.registered();
    harness.run(taskInfo('t'));
    harness.breakLink();
    harness.launched(harness.container('t').path);
    harness.advance(1_000);
    const named = harness.calls.findLast(({ type }) => type === 'REREGISTER')?.reregister?.tasks;
    expect(named).toMatchObject([{ state: 'TASK_RUNNING', status_update_state: 'TASK_STARTING' }]);
  });

  it('ends when the master calls it by another name', () => {
    const harness = Harness.registered();
    harness.breakLink();
    harness.advance(1_000);
    harness.master({
      type: 'REGISTERED',
      registered: { agent_id: { value: 'somebody-else' }, total_ping_timeout_seconds: 75 },
    });
    expect(harness.terminated).toContain('somebody-else');
  });

  it('kills everything and ends when the master asks it to shut down', () => {
    const harness = Harness.registered();
    harness.run(taskInfo('t'));
    const { path } = harness.container('t');
    harness.launched(path);
    harness.master({ type: 'SHUTDOWN', shutdown: { message: 'marked gone' } });
    expect(harness.container('t').signals).toEqual(['SIGTERM']);
    expect(harness.terminated).toBeUndefined();
    harness.exited(path, { kind: 'signaled', signal: 15 });
    expect(harness.terminated).toContain('marked gone');
  });
});
