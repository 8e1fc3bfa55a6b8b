// Goal: a change is played through before it is made. Method: small clusters whose division can be told by hand.
import { whatIf } from '@mini-mesos/allocator';
import type { ClusterSnapshot, Difference, SnapshotFramework } from '@mini-mesos/allocator';
import { expect, test } from 'vitest';
import { must, res } from './support/build.js';

const framework = (id: string, role: string, used: Record<string, string> = {}): SnapshotFramework => ({
  id,
  name: `the ${id}`,
  roles: [role],
  used: Object.entries(used).map(([agentId, text]) => ({ agentId, resources: res(text).allocate(role).toProto() })),
});

const CLUSTER: ClusterSnapshot = {
  agents: ['a1', 'a2', 'a3', 'a4'].map((id) => ({ id, hostname: id, total: res('cpus:8;mem:8192').toProto() })),
  frameworks: [
    framework('f', 'dev', { a1: 'cpus:8;mem:8192', a2: 'cpus:8;mem:8192', a3: 'cpus:8;mem:8192' }),
    framework('g', 'ops'),
  ],
  roles: [{ role: 'dev', weight: 1 }],
};

const rolesOf = (rows: readonly Difference[]) =>
  rows
    .filter(({ frameworkId }) => frameworkId === undefined)
    .map(({ role, before, after }) => [role, before['cpus'] ?? 0, after['cpus'] ?? 0]);

test('a weight moves shares in the long run', () => {
  const { inTheLongRun, sentences } = must(whatIf(CLUSTER, { weights: { ops: 3 } }));
  expect(rolesOf(inTheLongRun)).toEqual([
    ['dev', 16, 8],
    ['ops', 16, 24],
  ]);
  expect(sentences).toEqual([
    'role dev: 50.0 % of the cluster before, 25.0 % after (-8 cpus, -8192 mem)',
    'role ops: 50.0 % of the cluster before, 75.0 % after (+8 cpus, +8192 mem)',
  ]);
  expect(inTheLongRun[1]).toMatchObject({ role: 'dev', frameworkId: 'f', name: 'the f', change: { cpus: -8 } });
  expect(JSON.parse(JSON.stringify(inTheLongRun[3]))).toEqual(inTheLongRun[3]);
});

test('a guarantee is held back from the next offers', () => {
  const without = must(whatIf(CLUSTER, {}));
  expect(rolesOf(without.nextOffers)).toEqual([['ops', 8, 8]]);
  expect(without.sentences).toEqual(['nobody gains or loses anything in the long run']);
  const changed = must(whatIf(CLUSTER, { quotas: { db: { guarantees: { cpus: 6, mem: 4096 } } } }));
  expect(rolesOf(changed.nextOffers)).toEqual([['ops', 8, 2]]);
});

test('a limit holds, and takes effect on nobody else than it has to', () => {
  const { inTheLongRun } = must(whatIf(CLUSTER, { quotas: { ops: { limits: { cpus: 4, mem: 4096 } } } }));
  expect(rolesOf(inTheLongRun)).toEqual([
    ['dev', 16, 28],
    ['ops', 16, 4],
  ]);
});

test('who takes no offers keeps what he uses; what goes is gone', () => {
  const frameworks = CLUSTER.frameworks.map((each) => (each.id === 'f' ? { ...each, suppressedRoles: ['dev'] } : each));
  const { inTheLongRun } = must(whatIf({ ...CLUSTER, frameworks }, { withoutAgents: ['a4'] }));
  expect(rolesOf(inTheLongRun)).toEqual([
    ['dev', 24, 24],
    ['ops', 8, 0],
  ]);
  const alone = must(whatIf(CLUSTER, { withoutFrameworks: ['f'] }));
  expect(rolesOf(alone.inTheLongRun)).toEqual([
    ['dev', 16, 0],
    ['ops', 16, 32],
  ]);
});

test.each([
  [{ weights: { dev: 0 } }, 'the weight of role dev is 0, which is not above zero'],
  [{ quotas: { 'dev/x': { limits: { cpus: 1 } } } }, 'role dev/x is not at the top'],
])('%j means nothing', (changes, error) => {
  const result = whatIf(CLUSTER, changes);
  expect(result.ok ? 'ok' : result.error).toContain(error);
});
