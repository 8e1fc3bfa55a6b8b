import { expect, test } from 'vitest';
import { parseChanges } from '../src/core/simulate/changes.js';
import { snapshotOf } from '../src/core/simulate/snapshot.js';

const NOTHING = { weights: [], quotas: [], limits: [], withoutAgents: [], withoutFrameworks: [] };
const scalar = (name: string, value: number) => ({ name, type: 'SCALAR', scalar: { value } }) as const;

test('guarantees and limits of a role come together, and nothing removes its quota', () => {
  const written = { ...NOTHING, quotas: ['dev=cpus:4;mem:1024', 'old='], limits: ['dev=cpus:8'] };
  expect(parseChanges(written)).toEqual({
    ok: true,
    value: {
      weights: {},
      quotas: { dev: { guarantees: { cpus: 4, mem: 1024 }, limits: { cpus: 8 } }, old: { guarantees: {} } },
      withoutAgents: [],
      withoutFrameworks: [],
    },
  });
});

test.for([
  [{ quotas: ['cpus:4'] }, "cannot read 'cpus:4': expected ROLE=AMOUNTS"],
  [{ limits: ['dev=many'] }, "cannot read 'many'"],
  [{ weights: ['dev=0'] }, "cannot read 'dev=0'"],
] as const)('%j is refused with what was expected', ([written, error]) => {
  expect(parseChanges({ ...NOTHING, ...written })).toMatchObject({ ok: false, error: expect.stringContaining(error) });
});

test('tasks and executors of a framework count as used where they run', () => {
  const info = { id: { value: 'f' }, name: 'words', user: 'u', role: 'dev' };
  const snapshot = snapshotOf(
    {
      get_agents: {
        agents: [
          {
            agent_info: { id: { value: 'a' }, hostname: 'host' },
            total_resources: [scalar('cpus', 4)],
            active: true,
            version: '1',
            deactivated: true,
          },
        ],
      },
      get_frameworks: { frameworks: [{ framework_info: info, active: true, connected: true, recovered: false }] },
      get_tasks: {
        tasks: [
          {
            name: 't',
            task_id: { value: 't' },
            framework_id: { value: 'f' },
            agent_id: { value: 'a' },
            state: 'TASK_RUNNING',
            resources: [scalar('cpus', 1)],
          },
        ],
      },
      get_executors: {
        executors: [
          {
            agent_id: { value: 'a' },
            executor_info: {
              executor_id: { value: 'e' },
              framework_id: { value: 'f' },
              resources: [scalar('mem', 32)],
            },
          },
        ],
      },
    },
    [{ name: 'dev', weight: 2, quota: { guarantee: { cpus: 1 }, limit: {} } }],
  );
  expect(snapshot.agents).toMatchObject([{ id: 'a', isActive: false }]);
  expect(snapshot.frameworks).toMatchObject([
    { name: 'words', roles: ['dev'], used: [{ agentId: 'a', resources: [{ name: 'cpus' }, { name: 'mem' }] }] },
  ]);
  expect(snapshot.roles).toEqual([{ role: 'dev', weight: 2, guarantees: { cpus: 1 }, limits: {} }]);
});
