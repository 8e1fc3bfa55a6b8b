// Goal: what is known of agents decides what of them can be offered. Method: scripts; those of Mesos name their test in
// brackets.
import { describe, expect, test } from 'vitest';
import { res, revocable } from './support/build.js';
import {
  agent,
  agentCommand,
  all,
  batch,
  check,
  decline,
  framework,
  frameworkCommand,
  noWhitelist,
  recover,
  run,
  updateAgent,
  whitelist,
} from './support/script.js';
import type { Step } from './support/script.js';

const available = (agentId: string, resources: string): Step =>
  check(({ allocator }) => expect(String(allocator.agent(agentId)?.available)).toBe(String(res(resources))));

describe('the whitelist', () => {
  test('names the hosts whose agents are offered [Whitelist]', () => {
    run([
      [whitelist('dummy-agent')],
      [agent('a', 'cpus:2;mem:1024')],
      [framework('f', '*')],
      [batch()],
      [whitelist('dummy-agent', 'a')],
      [batch(), 'f * a cpus:2;mem:1024'],
    ]);
  });

  test('goes by hostname, offers nothing when empty, and can be lifted', () => {
    run([
      [whitelist()],
      [all(agent('a', 'cpus:1', { hostname: 'h1' }), agent('b', 'cpus:1', { hostname: 'h1' }), agent('c', 'cpus:1'))],
      [framework('f', '*')],
      [whitelist('h1')],
      [batch(), 'f * a cpus:1', 'f * b cpus:1'],
      [noWhitelist()],
      [batch(), 'f * c cpus:1'],
    ]);
  });
});

describe('a deactivated agent', () => {
  test('is not offered, and not at once when it is active again', () => {
    run([
      [framework('f', 'r')],
      [agentCommandAfterAdding('deactivate-agent')],
      [batch()],
      [agentCommand('activate-agent', 'a')],
      [batch(), 'f r a cpus:1'],
    ]);
  });

  test('counts in shares', () => {
    const { allocator } = run([
      [framework('f', 'r')],
      [agent('b', 'cpus:1'), 'f r b cpus:1'],
      [agentCommandAfterAdding('deactivate-agent')],
    ]);
    expect(allocator.role('r')?.dominantShare).toBe(0.5);
  });

  function agentCommandAfterAdding(type: 'deactivate-agent'): Step {
    return all(agent('a', 'cpus:1'), agentCommand(type, 'a'));
  }
});

describe('the total of an agent', () => {
  test('may grow, and shrink below what is held [UpdateSlaveTotalResources]', () => {
    run([
      [agent('a', 'cpus:100;mem:100;disk:100')],
      [framework('f', 'role1'), 'f role1 a cpus:100;mem:100;disk:100'],
      [updateAgent('a', 'cpus:112;mem:100;disk:100'), 'f role1 a cpus:12'],
      [updateAgent('a', 'cpus:50;mem:50;disk:50')],
      [available('a', '')],
      [recover('f role1 a', 'cpus:112;mem:100;disk:100')],
      [batch(), 'f role1 a cpus:50;mem:50;disk:50'],
      [updateAgent('a', 'cpus:100;mem:100;disk:100'), 'f role1 a cpus:50;mem:50;disk:50'],
    ]);
  });

  test('may be less than what is held from the start', () => {
    const { allocator } = run([
      [framework('f', 'r', { active: false })],
      [agent('a', 'cpus:1;mem:10', { used: { 'f r': 'cpus:4;ports:[1-2]' } })],
      [available('a', 'mem:10')],
      [recover('f r a', 'cpus:2')],
      [available('a', 'mem:10')],
      [recover('f r a', 'cpus:1.5;ports:[1-2]')],
      [available('a', 'cpus:0.5;mem:10')],
    ]);
    expect(String(allocator.total)).toBe('cpus:1; mem:10');
  });

  test('with what is revocable changes what is offered of that [UpdateSlaveOversubscribedResources]', () => {
    const total = 'cpus:100;mem:100;disk:100';
    run([
      [agent('a', total)],
      [framework('f', 'role1', { capabilities: ['REVOCABLE_RESOURCES'] }), `f role1 a ${total}`],
      [updateAgent('a', res(total).plus(revocable('cpus:10'))), ['f role1 a', revocable('cpus:10')]],
      [updateAgent('a', res(total).plus(revocable('cpus:12'))), ['f role1 a', revocable('cpus:2')]],
      [updateAgent('a', res(total).plus(revocable('cpus:5')))],
    ]);
  });

  test('may gain resources that are used already [AddResourceProvider]', () => {
    run([
      [all(framework('f1', 'role1', { active: false }), framework('f2', 'role2', { active: false }))],
      [agent('a1', 'cpus:3;mem:300;disk:30', { used: { 'f1 role1': 'cpus:2;mem:200;disk:20' } })],
      [frameworkCommand('activate-framework', 'f2'), 'f2 role2 a1 cpus:1;mem:100;disk:10'],
      [frameworkCommand('activate-framework', 'f1')],
      // f1 holds 2/4, f2 1/4.
      [agent('a2', 'cpus:1;mem:100;disk:10'), 'f2 role2 a2 cpus:1;mem:100;disk:10'],
    ]);
  });

  test('is not changed by saying the same again, which asks for no run', () => {
    run([
      [agent('a', 'cpus:1', { attributes: 'x:y', region: 'here' })],
      [
        all(
          updateAgent('a', 'cpus:1', { attributes: 'x:y', region: 'here' }),
          check(({ allocator }) => expect(allocator.isRunRequested).toBe(false)),
          updateAgent('a', 'cpus:1', { attributes: 'x:y', region: 'there' }),
          check(({ allocator }) => expect(allocator.isRunRequested).toBe(true)),
        ),
      ],
    ]);
  });
});

describe('an agent that goes', () => {
  test('frees its frameworks from what they held there [RemoveSlaveRecoverResources]', () => {
    run([
      [agent('a1', 'cpus:2;mem:200')],
      [framework('f1', 'role'), 'f1 role a1 cpus:2;mem:200'],
      [framework('f2', 'role')],
      [agent('a2', 'cpus:1;mem:100'), 'f2 role a2 cpus:1;mem:100'],
      [agentCommand('remove-agent', 'a1')],
      [agent('a3', 'cpus:1;mem:100'), 'f1 role a3 cpus:1;mem:100'],
    ]);
  });

  test('may have reserved ports only [NonScalarReservationTrackingMESOS_9555]', () => {
    const { allocator } = run([
      [all(agent('a1', 'cpus:1;ports(role):[1-2]'), agent('a2', 'cpus:1;ports(role):[1-2]'))],
      [all(agentCommand('remove-agent', 'a1'), agentCommand('remove-agent', 'a2'))],
    ]);
    expect(allocator.roles).toEqual([]);
  });

  test('takes with it what waited for a run', () => {
    const { allocator } = run([[all(agent('a', 'cpus:1'), agentCommand('remove-agent', 'a'))]]);
    expect([allocator.isRunRequested, String(allocator.total)]).toEqual([false, '{}']);
  });
});

describe('resources in use by frameworks that are not known yet', () => {
  test('are not offered [AddAgentWithUnknownFrameworkAndMaintenance]', () => {
    const { allocator } = run([
      [
        agent('a1', 'cpus:2;mem:1024', {
          used: { 'unknown role': 'cpus:2;mem:1024' },
          unavailability: { start: { nanoseconds: 1 } },
        }),
      ],
      [framework('f', 'role')],
      [agent('a2', 'cpus:2;mem:1024'), 'f role a2 cpus:2;mem:1024'],
    ]);
    expect(allocator.agent('a1')?.unavailability).toEqual({ start: { nanoseconds: 1 } });
  });

  test('are charged to the framework when it comes, whether it says so or not', () => {
    const { allocator } = run([
      [agent('a1', 'cpus:2', { used: { 'f role': 'cpus:1' } })],
      [framework('f', 'role', { active: false })],
      [framework('g', 'other'), 'g other a1 cpus:1'],
    ]);
    expect([allocator.role('role')?.dominantShare, allocator.role('other')?.dominantShare]).toEqual([0.5, 0.5]);
  });

  test('can be recovered before it comes', () => {
    run([
      [agent('a1', 'cpus:2', { used: { 'f role': 'cpus:1' } })],
      [recover('f role a1', 'cpus:1', 100)],
      [framework('g', 'other'), 'g other a1 cpus:2'],
    ]);
  });
});

test('totals are shown as they are [ResourceMetrics, ResourceMetricsUninitialized]', () => {
  const shows = (total: string, offeredOrAllocated: string) =>
    check(({ allocator }) =>
      expect([String(allocator.total), String(allocator.offeredOrAllocated)]).toEqual([total, offeredOrAllocated]),
    );
  run([
    [shows('{}', '{}')],
    [agent('a', 'cpus:2;mem:1024')],
    [shows('cpus:2; mem:1024', '{}')],
    [framework('f', 'role1'), 'f role1 a cpus:2;mem:1024'],
    [shows('cpus:2; mem:1024', 'cpus:2; mem:1024')],
    [agentCommand('remove-agent', 'a')],
    [shows('{}', '{}')],
    [decline('f role1 a')],
    [shows('{}', '{}')],
  ]);
});
