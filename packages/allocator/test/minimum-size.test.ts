// Goal: no offer is smaller than the framework, or the master, says. Method: scripts; those of Mesos name their test in
// brackets.
import { describe, test } from 'vitest';
import { quantities } from './support/build.js';
import { agent, batch, framework, recover, run, updateFramework } from './support/script.js';

describe('the global minimum', () => {
  test('is 0.01 cpus or 32 of mem, reserved or not [Allocatable]', () => {
    run([
      [framework('f', 'role1')],
      [agent('a1', 'cpus:0.005;mem:16;disk:128')],
      [agent('a2', 'cpus:0.01;mem:16;disk:128'), 'f role1 a2 cpus:0.01;mem:16;disk:128'],
      [agent('a3', 'cpus:0.005;mem:32;disk:128'), 'f role1 a3 cpus:0.005;mem:32;disk:128'],
      [
        agent('a4', 'cpus:0.015;mem:16;cpus(role1):0.015;mem(role1):16;disk:128'),
        'f role1 a4 cpus:0.015;mem:16;cpus(role1):0.015;mem(role1):16;disk:128',
      ],
    ]);
  });

  test('may name several resources at once, and things that are counted', () => {
    run(
      [
        [framework('f', 'r')],
        [agent('a', 'cpus:1;mem:64;ports:[1-2]')],
        [agent('b', 'cpus:1;ports:[1-3]'), 'f r b cpus:1;ports:[1-3]'],
        [agent('c', 'disk:10'), 'f r c disk:10'],
      ],
      { minAllocatable: [quantities('cpus:1;ports:3'), quantities('disk:10')] },
    );
  });

  test('may be none', () => {
    run([[framework('f', 'r')], [agent('a', 'disk:1'), 'f r a disk:1']], { minAllocatable: [] });
  });

  test('leaves the crumbs of an offer until there are more', () => {
    run([
      [framework('f', 'r')],
      [agent('a', 'cpus:1;mem:64'), 'f r a cpus:1;mem:64'],
      [recover('f r a', 'cpus:0.004;mem:20')],
      [batch()],
      [recover('f r a', 'mem:20')],
      [batch(), 'f r a cpus:0.004;mem:40'],
    ]);
  });
});

describe("a framework's own minimum", () => {
  const small = 'cpus:0.005;mem:16;disk:128';

  test('takes its place [FrameworkMinAllocatable]', () => {
    run([
      [framework('f', 'role1')],
      [agent('a', small)],
      [updateFramework('f', 'role1', { min: { role1: ['cpus:0.003'] } })],
      [batch(), `f role1 a ${small}`],
    ]);
  });

  test('may be none at all [FrameworkEmptyMinAllocatable]', () => {
    run([[framework('f', 'role1', { min: { role1: [] } })], [agent('a', small), `f role1 a ${small}`]]);
  });

  test('may be larger, and is for its role only', () => {
    run([
      [framework('f', 'r1 r2', { min: { r1: ['cpus:4', 'mem:4096'] } })],
      [agent('a', 'cpus:3'), 'f r2 a cpus:3'],
      [agent('b', 'cpus:4'), 'f r1 b cpus:4'],
    ]);
  });

  test('does not keep the next framework from the agent', () => {
    run([
      [framework('f', 'r', { min: { r: ['cpus:4'] } })],
      [framework('g', 'r')],
      [agent('a', 'cpus:3'), 'g r a cpus:3'],
    ]);
  });
});
