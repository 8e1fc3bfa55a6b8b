// Goal: a role, and those above it, are known as long as something ties them, and no longer. Method: Mesos'
// RoleTreeTest.RolesTracking, tie by tie.
import { expect, test } from 'vitest';
import { Rig } from './support/rig.js';
import { agent, agentCommand, framework, frameworkCommand, noQuota, quota, weights } from './support/script.js';
import type { Step } from './support/script.js';

const known = ({ allocator }: Rig): string[] => allocator.roles.map(({ role }) => role);

test.each<[string, Step, Step, string[]]>([
  ['its weight', weights({ 'a/b/c': 2 }), weights({ 'a/b/c': 1 }), ['a', 'a/b', 'a/b/c']],
  ['its quota', quota('a', 'cpus:1'), noQuota('a'), ['a']],
  ['a limit of nothing', quota('a', '', 'cpus:0'), noQuota('a'), ['a']],
  ['a reservation', agent('s', 'cpus(a/b/c):1'), agentCommand('remove-agent', 's'), ['a', 'a/b', 'a/b/c']],
  ['a framework', framework('f', 'a/b/c'), frameworkCommand('remove-framework', 'f'), ['a', 'a/b', 'a/b/c']],
])('%s makes a role known [RolesTracking]', (_, tie, untie, roles) => {
  const rig = new Rig();
  tie(rig);
  expect(known(rig)).toEqual(roles);
  untie(rig);
  expect(known(rig)).toEqual([]);
});

test('a role stays known while anything ties it', () => {
  const rig = new Rig();
  for (const step of [weights({ 'a/b': 2 }), framework('f', 'a/b/c'), quota('a', 'cpus:1')]) step(rig);
  expect(known(rig)).toEqual(['a', 'a/b', 'a/b/c']);
  frameworkCommand('remove-framework', 'f')(rig);
  expect(known(rig)).toEqual(['a', 'a/b']);
  weights({ 'a/b': 1 })(rig);
  expect(known(rig)).toEqual(['a']);
});
