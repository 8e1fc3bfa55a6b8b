// Goal: whoever asks why there is no offer gets the reason that holds. Method: a small situation for each reason; both
// allocators are asked, and have to answer the same.
import type { Reason } from '@mini-mesos/allocator';
import { describe, expect, test } from 'vitest';
import { dynamicTo, quantities, res, revocable } from './support/build.js';
import { Rig } from './support/rig.js';
import {
  agent,
  agentCommand,
  all,
  batch,
  decline,
  framework,
  frameworkCommand,
  quota,
  settle,
  suppress,
  wait,
  whitelist,
} from './support/script.js';
import type { Step } from './support/script.js';

interface Case {
  readonly given: Step;
  /** Role `dev` of framework `f` on agent `a` unless it says otherwise. */
  readonly role?: string;
  readonly region?: string;
  readonly reason: Partial<Reason>;
  readonly says: string;
}

const rackIs = (value: string) => ({
  role_constraints: {
    dev: {
      groups: [
        { attribute_constraints: [{ selector: { attribute_name: 'rack' }, predicate: { text_equals: { value } } }] },
      ],
    },
  },
});

const machine = agent('a', 'cpus:4;mem:1024');
const CASES: Record<string, Case> = {
  'unknown framework': {
    given: machine,
    reason: { kind: 'unknown-framework' },
    says: 'does not know the framework',
  },
  'unknown agent': { given: framework('f', 'dev'), reason: { kind: 'unknown-agent' }, says: 'does not know the agent' },
  'not subscribed': {
    given: all(machine, framework('f', 'ops')),
    reason: { kind: 'not-subscribed', roles: ['ops'] },
    says: 'not subscribed to the role, but to ops',
  },
  'not connected': {
    given: all(machine, framework('f', 'dev'), frameworkCommand('deactivate-framework', 'f')),
    reason: { kind: 'inactive-framework' },
    says: 'not connected',
  },
  suppressed: {
    given: all(machine, framework('f', 'dev'), suppress('f')),
    reason: { kind: 'suppressed' },
    says: 'suppressed offers for the role',
  },
  deactivated: {
    given: all(machine, agentCommand('deactivate-agent', 'a'), framework('f', 'dev')),
    reason: { kind: 'agent-inactive' },
    says: 'deactivated',
  },
  'not whitelisted': {
    given: all(machine, whitelist('b'), framework('f', 'dev')),
    reason: { kind: 'not-whitelisted', hostname: 'a' },
    says: 'whitelist does not name a',
  },
  offered: {
    given: all(machine, framework('f', 'dev')),
    reason: { kind: 'offered', resources: 'cpus:4; mem:1024', cycle: 1, rivals: [] },
    says: 'cpus:4; mem:1024 was offered in cycle 1',
  },
  'offered before a rival': {
    given: all(machine, framework('f', 'dev'), framework('g', 'ops')),
    reason: {
      kind: 'offered',
      rivals: [{ frameworkId: 'g', role: 'ops', roleShare: 0, roleWeight: 1, frameworkShare: 0 }],
    },
    says: 'next was role ops at 0.0 %',
  },
  'held by others': {
    given: all(agent('a', 'cpus:4;mem:1024', { used: { 'g ops': 'cpus:4;mem:1024' } }), framework('f', 'dev')),
    reason: {
      kind: 'nothing-free',
      holders: [{ frameworkId: 'g', role: 'ops', resources: 'cpus:4; mem:1024' }],
    },
    says: 'g holds cpus:4; mem:1024',
  },
  reserved: {
    given: all(agent('a', 'cpus(ops):4;mem(ops):1024'), framework('f', 'dev')),
    reason: { kind: 'reserved', roles: ['ops'] },
    says: 'reserved for ops',
  },
  constraint: {
    given: all(
      agent('a', 'cpus:4;mem:1024', { attributes: 'rack:r2' }),
      framework('f', 'dev', { constraints: rackIs('r1') }),
    ),
    reason: { kind: 'constraint', failed: ['rack is r1'] },
    says: 'not true that rack is r1',
  },
  'too small': {
    given: all(machine, framework('f', 'dev', { min: { dev: ['cpus:8'] } })),
    reason: { kind: 'too-small', minima: ['cpus:8'] },
    says: 'less than the minimum of cpus:8',
  },
  'gpus unknown': {
    given: all(agent('a', 'cpus:4;gpus:1'), framework('f', 'dev')),
    reason: { kind: 'capability', capability: 'GPU_RESOURCES', whose: 'framework' },
    says: 'GPU_RESOURCES',
  },
  'revocable not wanted': {
    given: all((rig) => agent('a', revocable('cpus:4'))(rig), framework('f', 'dev')),
    reason: { kind: 'capability', capability: 'REVOCABLE_RESOURCES' },
    says: 'REVOCABLE_RESOURCES',
  },
  'refinement not understood': {
    given: all(
      agent('a', res('cpus:4').pushReservation(dynamicTo('dev')).pushReservation(dynamicTo('dev/x'))),
      framework('f', 'dev/x'),
    ),
    role: 'dev/x',
    reason: { kind: 'capability', capability: 'RESERVATION_REFINEMENT' },
    says: 'RESERVATION_REFINEMENT',
  },
  'agent without roles': {
    given: all(agent('a', 'cpus:4;mem:1024', { capabilities: [] }), framework('f', 'dev')),
    reason: { kind: 'capability', capability: 'MULTI_ROLE', whose: 'agent' },
    says: 'the agent does not have the capability MULTI_ROLE',
  },
  region: {
    given: all(agent('a', 'cpus:4;mem:1024', { region: 'far' }), framework('f', 'dev')),
    region: 'near',
    reason: { kind: 'region', region: 'far', own: 'near' },
    says: 'in region far, the master in near',
  },
  limit: {
    given: all(quota('dev', '', 'cpus:0;mem:0'), machine, framework('f', 'dev')),
    reason: { kind: 'limit', role: 'dev', consumed: '{}' },
    says: 'role dev is at its limit',
  },
  headroom: {
    given: all(quota('ops', 'cpus:8;mem:4096'), machine, framework('f', 'dev')),
    reason: { kind: 'headroom', roles: [{ role: 'ops', missing: 'cpus:8; mem:4096' }] },
    says: 'role ops, which misses cpus:8; mem:4096 of its guarantee',
  },
  filter: {
    given: all(machine, framework('f', 'dev'), settle(), decline('f dev a', 60), wait(10_000)),
    reason: { kind: 'filter', refused: 'cpus:4; mem:1024', untilMs: 60_000, remainingMs: 50_000 },
    says: 'for another 50 s',
  },
  'a lower share elsewhere': {
    given: all(
      agent('b', 'cpus:2;mem:512', { used: { 'f dev': 'cpus:2;mem:512' } }),
      framework('f', 'dev', { used: { 'f dev': 'cpus:2;mem:512' } }),
      framework('g', 'ops'),
      machine,
    ),
    reason: { kind: 'lower-share', resources: 'cpus:4; mem:1024', cycle: 1 },
    says: 'g in role ops came first and took cpus:4; mem:1024 in cycle 1: role ops held 0.0 % and role dev holds 33.3 %',
  },
  'nothing in the way': {
    given: all(machine, framework('f', 'dev'), settle(), decline('f dev a')),
    reason: { kind: 'next-cycle', free: 'cpus:4; mem:1024' },
    says: 'the next cycle that looks at the agent can offer it',
  },
};

function ask({ given, role = 'dev', region }: Case) {
  const rig = new Rig({ region });
  given(rig);
  rig.run();
  return rig.allocator.explain({ frameworkId: 'f', role, agentId: 'a' }, rig.nowMs);
}

describe('the reason is', () => {
  test.each(Object.entries(CASES))('%s', (_, situation) => {
    const answer = ask(situation);
    expect(answer.verdicts).toHaveLength(1);
    expect(answer.verdicts[0]?.reason).toMatchObject(situation.reason);
    expect(answer.sentence).toContain(situation.says);
    expect(JSON.parse(JSON.stringify(answer))).toEqual(JSON.parse(JSON.stringify({ ...answer })));
  });
});

test('without an agent, all agents are counted by reason, offers first', () => {
  const rig = new Rig();
  all(
    agent('a1', 'cpus:4;mem:1024'),
    agent('a2', 'cpus(ops):4;mem(ops):1024'),
    agent('a3', 'cpus(ops):4;mem(ops):1024'),
    framework('f', 'dev test'),
    suppress('f', 'test'),
    settle(),
    batch(),
    settle(),
  )(rig);
  const { verdicts, sentence } = rig.allocator.explain({ frameworkId: 'f' }, rig.nowMs);
  expect(verdicts.map(({ role, agents, reason: { kind } }) => [role, agents, kind])).toEqual([
    ['dev', 2, 'reserved'],
    ['dev', 1, 'nothing-free'],
    ['test', 0, 'suppressed'],
  ]);
  expect(sentence).toContain('in role dev on 2 agents, such as a2: what is free');
});

test('the minimum sizes of the allocator are named too', () => {
  const rig = new Rig({ minAllocatable: [quantities('cpus:8')] });
  all(agent('a', 'cpus:4;mem:1024'), framework('f', 'dev'), settle())(rig);
  const { sentence } = rig.allocator.explain({ frameworkId: 'f', role: 'dev', agentId: 'a' }, rig.nowMs);
  expect(sentence).toBe(
    'framework f in role dev on agent a: what is free (cpus:4; mem:1024) is less than the minimum of cpus:8.',
  );
});
