// Goal: nobody is offered what he would not understand, and a framework that cannot take an agent does not keep others
// from it. Method: scripts; those of Mesos name their test in brackets.
import type { FrameworkInfo } from '@mini-mesos/proto';
import type { Resources } from '@mini-mesos/resources';
import { describe, test } from 'vitest';
import { disk, dynamicTo, res, revocable } from './support/build.js';
import { agent, all, batch, decline, framework, recover, run, updateAgent } from './support/script.js';
import type { Offer } from './support/script.js';

describe('resources that a framework does not understand are left out', () => {
  const refined = res('cpus:1').pushReservation(dynamicTo('r')).pushReservation(dynamicTo('r/x'));
  const volume = disk(10, { role: 'r', id: '1', shared: true });
  const plain = 'cpus:1;mem:64';

  test.each<[string, FrameworkInfo.Capability.Type[], Resources]>([
    ['neither', [], res(plain)],
    ['revocable ones', ['REVOCABLE_RESOURCES'], res(plain).plus(revocable('cpus:2'))],
    ['shared ones', ['SHARED_RESOURCES'], res(plain).plus(volume)],
    ['refined reservations', ['RESERVATION_REFINEMENT'], res(plain).plus(refined)],
    [
      'all',
      ['REVOCABLE_RESOURCES', 'SHARED_RESOURCES', 'RESERVATION_REFINEMENT'],
      res(plain).plus(refined).plus(volume).plus(revocable('cpus:2')),
    ],
  ])('%s with %j', (_, capabilities, offered) => {
    run([
      [framework('f', 'r/x', { capabilities })],
      [agent('a', res(plain).plus(refined).plus(volume).plus(revocable('cpus:2'))), ['f r/x a', offered]],
    ]);
  });

  test('revocable ones wait for someone who takes them [OversubscribedNotAllocated]', () => {
    const total = 'cpus:100;mem:100;disk:100';
    run([
      [agent('a', total)],
      [framework('f', 'role1'), `f role1 a ${total}`],
      [updateAgent('a', res(total).plus(revocable('cpus:10')))],
      [batch()],
      [framework('g', 'role1', { capabilities: ['REVOCABLE_RESOURCES'] }), ['g role1 a', revocable('cpus:10')]],
    ]);
  });

  test('revocable and regular ones come back together [RecoverOversubscribedResources]', () => {
    const total = 'cpus:100;mem:100;disk:100';
    const recovered = revocable('cpus:6').plus(res('cpus:2'));
    run([
      [agent('a', total)],
      [framework('f', 'role1', { capabilities: ['REVOCABLE_RESOURCES'] }), `f role1 a ${total}`],
      [updateAgent('a', res(total).plus(revocable('cpus:10'))), ['f role1 a', revocable('cpus:10')]],
      [recover('f role1 a', recovered)],
      [batch(), ['f role1 a', recovered]],
    ]);
  });

  test('an agent with nothing else goes to the next framework [FrameworkLoopMESOS_9554]', () => {
    const refinedAgent = res('cpus:1;mem:1;disk:1')
      .pushReservation(dynamicTo('parent'))
      .pushReservation(dynamicTo('parent/child'));
    run([
      [framework('f1', 'parent/child', { capabilities: ['RESERVATION_REFINEMENT'] })],
      [agent('a1', 'cpus:1;mem:1;disk:1'), 'f1 parent/child a1 cpus:1;mem:1;disk:1'],
      [framework('f2', 'parent/child')],
      [agent('a2', refinedAgent), ['f1 parent/child a2', refinedAgent]],
    ]);
  });
});

describe('agents that a framework does not get', () => {
  test('those with gpus, unless it knows of them', () => {
    run([
      [framework('f', 'r1')],
      [agent('a', 'cpus:2;mem:64;gpus:1')],
      [framework('g', 'r2', { capabilities: ['GPU_RESOURCES'] }), 'g r2 a cpus:2;mem:64;gpus:1'],
      // Also when the gpus are taken.
      [recover('g r2 a', 'cpus:2;mem:64', 100)],
      [batch()],
    ]);
  });

  test('but those with gpus too where the operator says so', () => {
    run([[framework('f', 'r1')], [agent('a', 'cpus:2;mem:64;gpus:1'), 'f r1 a cpus:2;mem:64;gpus:1']], {
      filterGpuResources: false,
    });
  });

  test('those of other regions, unless it knows of regions', () => {
    run(
      [
        [framework('f', 'r1')],
        [agent('a', 'cpus:1', { region: 'here' }), 'f r1 a cpus:1'],
        [agent('b', 'cpus:1'), 'f r1 b cpus:1'],
        [agent('c', 'cpus:1', { region: 'there' })],
        [framework('g', 'r2', { capabilities: ['REGION_AWARE'] }), 'g r2 c cpus:1'],
      ],
      { region: 'here' },
    );
  });

  test('none are elsewhere when the master is nowhere', () => {
    run([[framework('f', 'r1')], [agent('a', 'cpus:1', { region: 'there' }), 'f r1 a cpus:1']]);
  });

  test('those without MULTI_ROLE, if it is MULTI_ROLE itself [DontOfferOldAgentToMultiRoleFramework]', () => {
    run([
      [framework('f', 'foo')],
      [agent('a', 'cpus:2;mem:1024', { capabilities: [] })],
      [batch()],
      [framework('g', 'foo', { isMultiRole: false }), 'g foo a cpus:2;mem:1024'],
    ]);
  });

  test('until they have it [UpdateSlaveCapabilities]', () => {
    run([
      [agent('a', 'cpus:1;mem:1;disk:1', { capabilities: [] })],
      [framework('f', 'role1')],
      [updateAgent('a', 'cpus:1;mem:1;disk:1'), 'f role1 a cpus:1;mem:1;disk:1'],
    ]);
  });

  test('those without HIERARCHICAL_ROLE, for roles below others', () => {
    run([
      [framework('f', 'x/y')],
      [agent('a', 'cpus:1', { capabilities: ['MULTI_ROLE'] })],
      [framework('g', 'x'), 'g x a cpus:1'],
    ]);
  });
});

describe('a shared volume', () => {
  const volume = disk(5, { role: 'role1', id: '1', shared: true });
  const sharing = { capabilities: ['SHARED_RESOURCES'] } as const;
  const once: Offer = ['f1 role1 a', res('cpus:2;mem:64').plus(volume)];

  test('is offered once a cycle, again in the next, in use or not', () => {
    run([
      [all(framework('f1', 'role1', sharing), framework('f2', 'role1', sharing))],
      [agent('a', res('cpus:2;mem:64').plus(volume)), once],
      // Nothing but the volume is left, which is too small an offer by itself.
      [batch()],
      [recover('f1 role1 a', 'cpus:1')],
      [batch(), ['f2 role1 a', res('cpus:1').plus(volume)]],
      // All of it comes back, two copies of the volume from f1 and f2: there is still one.
      [
        all(
          recover('f2 role1 a', res('cpus:1').plus(volume)),
          recover('f1 role1 a', res('cpus:1;mem:64').plus(volume)),
        ),
      ],
      [batch(), once],
    ]);
  });

  test('is offered to one role only in a cycle', () => {
    run([
      [all(framework('f1', 'role1', sharing), framework('f2', 'role1/x', sharing))],
      [
        agent('a', res('cpus(role1):1;cpus(role1/x):1').plus(volume)),
        ['f1 role1 a', res('cpus(role1):1').plus(volume)],
        'f2 role1/x a cpus(role1/x):1',
      ],
    ]);
  });

  test('is offered by itself to who asks for no minimum', () => {
    run([
      [framework('f', 'role1', { ...sharing, min: { role1: [] } })],
      [agent('a', volume), ['f role1 a', volume]],
      [batch(), ['f role1 a', volume]],
      [decline('f role1 a', 100)],
      [batch()],
    ]);
  });
});
