// Goal: commands that contradict what went before are refused, and leave no trace. Method: a table of commands after
// one history; after each refusal the allocator goes on as if nothing had been said.
import { Allocator, BrokenCommandError } from '@mini-mesos/allocator';
import type { AllocatorCommand } from '@mini-mesos/allocator';
import { Limits, Quantities, Resources } from '@mini-mesos/resources';
import { describe, expect, test } from 'vitest';
import { res } from './support/build.js';
import { AGENT_CAPABILITIES, Rig } from './support/rig.js';
import { agent, all, batch, decline, framework, quota, run } from './support/script.js';

const description = { hostname: 'h', attributes: [], capabilities: AGENT_CAPABILITIES };
const described = { roles: ['r'], capabilities: [], suppressedRoles: [], minAllocatable: new Map() };
const none = new Map<string, Resources>();

const cases: readonly (readonly [AllocatorCommand, string])[] = [
  [{ type: 'remove-agent', agentId: 'x' }, 'agent x was not added'],
  [{ type: 'activate-agent', agentId: 'x' }, 'agent x was not added'],
  [{ type: 'deactivate-agent', agentId: 'x' }, 'agent x was not added'],
  [{ type: 'update-agent', agentId: 'x', agent: description, total: res('cpus:1') }, 'agent x was not added'],
  [{ type: 'update-unavailability', agentId: 'x' }, 'agent x was not added'],
  [
    { type: 'update-available', agentId: 'x', consumed: Resources.EMPTY, converted: Resources.EMPTY },
    'agent x was not added',
  ],
  [{ type: 'remove-framework', frameworkId: 'x' }, 'framework x was not added'],
  [{ type: 'activate-framework', frameworkId: 'x' }, 'framework x was not added'],
  [{ type: 'deactivate-framework', frameworkId: 'x' }, 'framework x was not added'],
  [{ type: 'update-framework', frameworkId: 'x', framework: described }, 'framework x was not added'],
  [{ type: 'suppress', frameworkId: 'x', roles: [] }, 'framework x was not added'],
  [{ type: 'revive', frameworkId: 'x', roles: [] }, 'framework x was not added'],
  [{ type: 'suppress', frameworkId: 'f', roles: ['r', 's'] }, 'framework f is not subscribed to role s'],
  [{ type: 'revive', frameworkId: 'f', roles: ['s'] }, 'framework f is not subscribed to role s'],
  [
    { type: 'add-agent', agentId: 'a', agent: description, total: res('cpus:1'), used: none },
    'agent a is there already',
  ],
  [
    {
      type: 'add-agent',
      agentId: 'b',
      agent: description,
      total: res('cpus:1'),
      used: new Map([['f', res('cpus:1')]]),
    },
    'framework f would use cpus:1, allocated to no role',
  ],
  [
    { type: 'add-framework', frameworkId: 'f', framework: described, used: none, active: true },
    'framework f is there already',
  ],
  [
    {
      type: 'add-framework',
      frameworkId: 'g',
      framework: described,
      used: new Map([['a', res('cpus:1').allocate('r')]]),
      active: true,
    },
    'framework g would use cpus(allocated: r):1 on agent a, which was added with {} used by it',
  ],
  [
    { type: 'recover', frameworkId: 'f', agentId: 'a', resources: res('cpus:3').allocate('r') },
    'framework f holds cpus(allocated: r):2; mem(allocated: r):64 on agent a, which does not contain cpus(allocated: r):3',
  ],
  [
    { type: 'recover', frameworkId: 'f', agentId: 'a', resources: res('cpus:1') },
    'framework f holds cpus(allocated: r):2; mem(allocated: r):64 on agent a, which does not contain cpus:1',
  ],
  [
    {
      type: 'update-allocation',
      frameworkId: 'f',
      agentId: 'a',
      consumed: res('cpus:1').allocate('s'),
      converted: Resources.EMPTY,
    },
    'framework f holds cpus(allocated: r):2; mem(allocated: r):64 on agent a, which does not contain cpus(allocated: s):1',
  ],
  [
    {
      type: 'update-allocation',
      frameworkId: 'f',
      agentId: 'a',
      consumed: res('cpus:1').allocate('r'),
      converted: res('cpus:1').allocate('s'),
    },
    'cpus(allocated: r):1 and cpus(allocated: s):1 are not allocated to one role',
  ],
  [
    { type: 'update-available', agentId: 'a', consumed: res('cpus:1'), converted: res('cpus(r):1') },
    'agent a has {} available, which lacks cpus:1',
  ],
  [
    {
      type: 'update-weights',
      weights: new Map([
        ['r', 2],
        ['s', 0],
      ]),
    },
    'the weight of role s is 0, which is not above zero',
  ],
  [{ type: 'update-weights', weights: new Map([['r', NaN]]) }, 'the weight of role r is NaN, which is not above zero'],
  [
    { type: 'update-quota', role: 'r/x', guarantees: Quantities.EMPTY, limits: Limits.NONE },
    'role r/x is not at the top, and only roles at the top have quota',
  ],
];

describe('a broken command', () => {
  test.each(cases.map(([command, reason]) => [command.type, reason, command] as const))(
    '%s: %s',
    (type, reason, command) => {
      const rig = new Rig();
      all(framework('f', 'r'), agent('a', 'cpus:2;mem:64'))(rig);
      rig.run();
      const before = snapshot(rig);
      expect(() => rig.handle(command)).toThrow(new BrokenCommandError(command, reason));
      expect(() => rig.handle(command)).toThrow(`allocator command ${type} cannot be carried out: ${reason}`);
      expect(snapshot(rig)).toEqual(before);
      decline('f r a')(rig);
      rig.batch();
      expect(rig.run()).toHaveLength(1);
    },
  );

  const snapshot = ({ allocator }: Rig) => ({
    isRunRequested: allocator.isRunRequested,
    roles: allocator.roles.map(({ role, weight, frameworkIds, consumed }) => [
      role,
      weight,
      frameworkIds,
      String(consumed),
    ]),
    agent: String(allocator.agent('a')?.total),
    held: String(allocator.offeredOrAllocated),
    filters: allocator.activeFilters,
  });
});

describe('harmless', () => {
  test('is what comes back from an agent or a framework that is gone, or never was', () => {
    const allocator = new Allocator();
    const resources = res('cpus:1').allocate('r');
    allocator.handle({ type: 'recover', frameworkId: 'f', agentId: 'a', resources, refuseSeconds: 5 }, 0);
    expect(allocator.roles).toEqual([]);
  });

  test('is nothing at all', () => {
    const rig = run([[framework('f', 'r')], [agent('a', 'cpus:2'), 'f r a cpus:2']]);
    const [consumed, converted] = [Resources.EMPTY, Resources.EMPTY];
    rig.handle({ type: 'recover', frameworkId: 'f', agentId: 'a', resources: Resources.EMPTY, refuseSeconds: 5 });
    rig.handle({ type: 'update-allocation', frameworkId: 'f', agentId: 'a', consumed, converted });
    rig.handle({ type: 'update-available', agentId: 'a', consumed, converted });
    expect([rig.allocator.activeFilters.size, String(rig.allocator.offeredOrAllocated)]).toEqual([0, 'cpus:2']);
  });

  test('is quota and weight of roles that nobody is in', () => {
    run([[quota('nobody', 'cpus:1')], [framework('f', 'r')], [agent('a', 'cpus:2'), 'f r a cpus:1'], [batch()]]);
  });
});
