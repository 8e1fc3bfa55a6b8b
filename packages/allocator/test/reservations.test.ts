// Goal: reserved resources go to their role and the roles below it, and to nobody else. Method: scripts; those of Mesos
// name their test in brackets.
import { describe, expect, test } from 'vitest';
import { dynamicTo, res } from './support/build.js';
import {
  agent,
  all,
  batch,
  check,
  convertAvailable,
  decline,
  framework,
  frameworkCommand,
  recover,
  run,
  updateFramework,
} from './support/script.js';

describe('reserved resources', () => {
  test('are for frameworks of the role only [Reservations]', () => {
    run([
      [
        all(
          agent('a1', 'cpus(role1):2;mem(role1):1024'),
          agent('a2', 'cpus(role2):2;mem(role2):1024;cpus:1;mem:1024'),
          agent('a3', 'cpus(role3):1;mem(role3):1024'),
        ),
      ],
      [framework('f1', 'role1'), 'f1 role1 a1 cpus(role1):2;mem(role1):1024', 'f1 role1 a2 cpus:1;mem:1024'],
      [framework('f2', 'role2'), 'f2 role2 a2 cpus(role2):2;mem(role2):1024'],
      [batch()],
    ]);
  });

  test('go to roles below theirs [OfferAncestorReservationsToDescendantChild]', () => {
    run([
      [framework('f', 'a/b/c')],
      [agent('a1', 'cpus(a):1;mem(a):512'), 'f a/b/c a1 cpus(a):1;mem(a):512'],
      [
        agent('a2', 'cpus:2;mem:1024;cpus(a/b):4;mem(a/b):2048'),
        'f a/b/c a2 cpus:2;mem:1024;cpus(a/b):4;mem(a/b):2048',
      ],
    ]);
  });

  test('do not go to roles above theirs, or beside', () => {
    run([
      [all(framework('f', 'a'), framework('g', 'a/c'), framework('h', 'a/bb'))],
      [agent('a1', 'cpus(a/b):1')],
      [framework('i', 'a/b'), 'i a/b a1 cpus(a/b):1'],
    ]);
  });

  test('and others come back and go out apart [RecoverResources]', () => {
    run([
      [agent('a', 'cpus(role1):1;mem(role1):200;cpus:1;mem:200')],
      [framework('f', 'role1'), 'f role1 a cpus(role1):1;mem(role1):200;cpus:1;mem:200'],
      [recover('f role1 a', 'cpus(role1):1;mem(role1):200')],
      [batch(), 'f role1 a cpus(role1):1;mem(role1):200'],
      [recover('f role1 a', 'cpus:1;mem:200')],
      [batch(), 'f role1 a cpus:1;mem:200'],
    ]);
  });

  test('of one agent may go to several roles', () => {
    run([
      [all(framework('f', 'r1'), framework('g', 'r2'))],
      [agent('a', 'cpus(r1):1;cpus(r2):2;cpus:4'), 'f r1 a cpus(r1):1;cpus:4', 'g r2 a cpus(r2):2'],
    ]);
  });

  test('make a role known until they are gone', () => {
    const roles = (...names: string[]) =>
      check(({ allocator }) => expect(allocator.roles.map(({ role }) => role)).toEqual(names));
    const reserved = res('cpus:1').pushReservation(dynamicTo('x/y'));
    run([
      [all(agent('a', 'cpus:2'), roles())],
      [all(convertAvailable('a', 'cpus:1', reserved), roles('x', 'x/y'))],
      [all(convertAvailable('a', reserved, 'cpus:1'), roles())],
    ]);
  });
});

describe('what an operator reserves', () => {
  test('is offered as such [UpdateAvailableSuccess]', () => {
    const reserved = res('cpus:25;mem:50').pushReservation(dynamicTo('role1'));
    run([
      [agent('a', 'cpus:100;mem:100;disk:100')],
      [convertAvailable('a', 'cpus:25;mem:50', reserved)],
      [framework('g', 'role2'), 'g role2 a cpus:75;mem:50;disk:100'],
      [framework('f', 'role1'), ['f role1 a', reserved]],
    ]);
  });

  test('must be free [UpdateAvailableFail]', () => {
    const reserved = res('cpus:25;mem:50').pushReservation(dynamicTo('role1'));
    const rig = run([
      [agent('a', 'cpus:100;mem:100;disk:100')],
      [framework('f', 'role1'), 'f role1 a cpus:100;mem:100;disk:100'],
    ]);
    expect(() => convertAvailable('a', 'cpus:25;mem:50', reserved)(rig)).toThrow(
      'allocator command update-available cannot be carried out: agent a has {} available, which lacks cpus:25; mem:50',
    );
  });
});

test('resources in use by a framework that has left the role stay with it until they are freed', () => {
  const { allocator } = run([
    [agent('a', 'cpus(r1):2')],
    [framework('f', 'r1'), 'f r1 a cpus(r1):2'],
    [updateFramework('f', 'r2')],
    [framework('g', 'r1')],
    [decline('f r1 a')],
    [batch(), 'g r1 a cpus(r1):2'],
    [frameworkCommand('remove-framework', 'g')],
  ]);
  expect(allocator.roles.map(({ role, frameworkIds }) => [role, frameworkIds])).toEqual([
    ['r1', []],
    ['r2', ['f']],
  ]);
});
