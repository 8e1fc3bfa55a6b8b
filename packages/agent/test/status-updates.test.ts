// Goal: status updates reach the framework once each, in order (S1-S4). Method: the machine on virtual time.
import { describe, expect, it } from 'vitest';
import { FRAMEWORK_ID, Harness, taskInfo, uuid } from './support/harness.js';

function running(id = 't'): Harness {
  const harness = Harness.registered();
  harness.run(taskInfo(id));
  harness.launched(harness.container(id).path, 42);
  return harness;
}

describe('status updates', () => {
  it('sends the next one only after the one before was acknowledged (S1, S2)', () => {
    const harness = running();
    harness.exited(harness.container('t').path);
    expect(harness.states('t')).toEqual(['STARTING']);
    harness.acknowledge('t');
    expect(harness.states('t')).toEqual(['STARTING', 'RUNNING']);
    harness.acknowledge('t');
    expect(harness.states('t')).toEqual(['STARTING', 'RUNNING', 'FINISHED']);
  });

  it('tells the latest state with each', () => {
    const harness = running();
    harness.exited(harness.container('t').path);
    harness.breakLink();
    harness.advance(1_000);
    harness.reregister();
    const last = harness.calls.findLast(({ type }) => type === 'UPDATE_STATUS')?.update_status;
    expect(last?.status.state).toBe('TASK_STARTING');
    expect(last?.latest_state).toBe('TASK_FINISHED');
  });

  it('repeats after 10 s, then twice that, up to 10 min', () => {
    const harness = running();
    let expected = 1;
    for (const waitMs of [10_000, 20_000, 40_000]) {
      harness.advance(waitMs - 1);
      harness.master({ type: 'PING', ping: { connected: true } });
      expect(harness.sent('t')).toHaveLength(expected);
      harness.advance(1);
      expected += 1;
      expect(harness.sent('t')).toHaveLength(expected);
    }
    const gaps: number[] = [];
    for (let repeat = 0; repeat < 8; repeat += 1) {
      const due = [...harness.timers].find(([key]) => key.startsWith('status-update/'))?.[1] ?? 0;
      gaps.push(due - harness.nowMs);
      while (harness.nowMs < due) {
        harness.advance(Math.min(15_000, due - harness.nowMs));
        harness.master({ type: 'PING', ping: { connected: true } });
      }
    }
    expect(gaps.at(-1)).toBe(600_000);
    expect(new Set(harness.sent('t').map((status) => Buffer.from(status.uuid ?? []).toString('hex'))).size).toBe(1);
  });

  it('never repeats what was acknowledged (S3)', () => {
    const harness = running();
    harness.exited(harness.container('t').path);
    harness.acknowledgeAll('t');
    const count = harness.sent('t').length;
    harness.breakLink();
    harness.advance(1_000);
    harness.reregister();
    harness.advance(60_000);
    expect(harness.sent('t')).toHaveLength(count);
    expect(count).toBe(3);
  });

  it('ignores acknowledgements of something else', () => {
    const harness = running();
    harness.master({
      type: 'ACKNOWLEDGE_STATUS',
      acknowledge_status: { framework_id: { value: FRAMEWORK_ID }, task_id: { value: 't' }, uuid: uuid(9) },
    });
    expect(harness.states('t')).toEqual(['STARTING']);
  });

  it('sends nothing without a master, and what is in flight again when one is back', () => {
    const harness = running();
    harness.detect(undefined);
    harness.exited(harness.container('t').path);
    harness.advance(120_000);
    expect(harness.sent('t')).toHaveLength(1);
    harness.detect('10.0.0.2:5050');
    harness.advance(1_000);
    harness.reregister();
    expect(harness.acknowledgeAll('t')).toEqual(['STARTING', 'STARTING', 'RUNNING', 'FINISHED']);
  });

  it('fills in what frameworks read: ids, source, time, address and process of the container', () => {
    const harness = running();
    expect(harness.sent('t')[0]).toMatchObject({
      task_id: { value: 't' },
      source: 'SOURCE_EXECUTOR',
      agent_id: { value: 'master-S0' },
      executor_id: { value: 't' },
      timestamp: harness.nowMs / 1000,
      container_status: {
        container_id: { value: harness.container('t').path },
        executor_pid: 42,
        network_infos: [{ ip_addresses: [{ protocol: 'IPv4', ip_address: '10.0.0.7' }] }],
      },
    });
  });

  it('removes the task with the acknowledgement of its last update', () => {
    const harness = running();
    harness.exited(harness.container('t').path);
    expect(harness.machine.state.frameworks.get(FRAMEWORK_ID)?.executors.size).toBe(1);
    harness.acknowledgeAll('t');
    expect(harness.machine.state.frameworks.size).toBe(0);
    const completed = harness.machine.state.completedFrameworks[0]?.completedExecutors[0];
    expect(completed?.completedTasks.map((task) => task.state)).toEqual(['TASK_FINISHED']);
    expect(harness.machine.unacknowledgedTasks).toBe(0);
  });
});
