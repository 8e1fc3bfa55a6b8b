// Goal: what a framework turns its resources into is what it holds from then on, and what goes out again when it gives
// it back. Method: scripts; those of Mesos name their test in brackets.
import { Resources } from '@mini-mesos/resources';
import { describe, expect, test } from 'vitest';
import { disk, dynamicTo, res } from './support/build.js';
import {
  agent,
  all,
  batch,
  check,
  convert,
  framework,
  quota,
  recover,
  run,
  updateAgent,
  updateFramework,
} from './support/script.js';

const total = (text: string | Resources) =>
  check(({ allocator }) =>
    expect(String(allocator.agent('a')?.total)).toBe(String(typeof text === 'string' ? res(text) : text)),
  );

describe('a conversion', () => {
  test('makes a volume [UpdateAllocation]', () => {
    const volume = disk(5, { id: 'ID', role: 'role1' });
    const updated = res('cpus:100;mem:100;disk(role1):95').plus(volume);
    run([
      [agent('a', 'cpus:100;mem:100;disk(role1):100')],
      [framework('f', 'role1'), 'f role1 a cpus:100;mem:100;disk(role1):100'],
      [convert('f role1 a', 'disk(role1):5', volume)],
      [recover('f role1 a', updated)],
      [batch(), ['f role1 a', updated]],
    ]);
  });

  test('may take resources away for good [UpdateAllocationRemoveResources]', () => {
    run([
      [agent('a', 'cpus:100;mem:100;disk:100')],
      [framework('f', 'role1'), 'f role1 a cpus:100;mem:100;disk:100'],
      [all(convert('f role1 a', 'disk:100', ''), total('cpus:100;mem:100'))],
      [recover('f role1 a', 'cpus:100;mem:100')],
      [batch(), 'f role1 a cpus:100;mem:100'],
    ]);
  });

  test('makes and destroys shared volumes [UpdateAllocationSharedPersistentVolume]', () => {
    const volume = disk(5, { id: 'id1', role: 'role1', shared: true });
    const before = res('cpus:100;mem:100;disk(role1):100');
    const updated = before.minus(res('disk(role1):5')).plus(volume);
    run([
      [agent('a', before)],
      [framework('f', 'role1', { capabilities: ['SHARED_RESOURCES'] }), ['f role1 a', before]],
      [convert('f role1 a', 'disk(role1):5', volume)],
      [recover('f role1 a', updated)],
      [batch(), ['f role1 a', updated]],
      [all(convert('f role1 a', volume, 'disk(role1):5'), total(before))],
      [recover('f role1 a', before)],
      [batch(), ['f role1 a', before]],
    ]);
  });

  test('shows shared volumes to those who know them [SharedResourcesCapability]', () => {
    const volume = disk(5, { id: 'id1', role: 'role1', shared: true });
    const before = res('cpus:100;mem:100;disk(role1):100');
    const rest = before.minus(res('disk(role1):5'));
    run([
      [agent('a', before)],
      [framework('f1', 'role1'), ['f1 role1 a', before]],
      [convert('f1 role1 a', 'disk(role1):5', volume)],
      [recover('f1 role1 a', rest.plus(volume))],
      [batch(), ['f1 role1 a', rest]],
      [recover('f1 role1 a', rest)],
      [framework('f2', 'role1', { capabilities: ['SHARED_RESOURCES'] }), ['f2 role1 a', rest.plus(volume)]],
    ]);
  });

  test.each([false, true])(
    'of a shared volume in use goes to others too, with quota %s [AllocateSharedResources]',
    (hasQuota) => {
      const sharing = { capabilities: ['SHARED_RESOURCES'] } as const;
      const volume = disk(5, { id: 'id1', role: 'role1', shared: true });
      const task = res('cpus:1;mem:5').plus(volume);
      const updated = res('cpus:4;mem:1024;disk(role1):2043').plus(volume);
      run([
        [all(framework('f1', 'role1', sharing), framework('f2', 'role1', sharing))],
        [hasQuota ? quota('role1', 'cpus:8;mem:2048;disk:4096') : batch()],
        [agent('a', 'cpus:4;mem:1024;disk(role1):2048'), 'f1 role1 a cpus:4;mem:1024;disk(role1):2048'],
        [convert('f1 role1 a', 'disk(role1):5', volume)],
        [recover('f1 role1 a', updated.minus(task))],
        [batch(), ['f2 role1 a', updated.minus(task).plus(volume)]],
      ]);
    },
  );

  test('adds copies of a shared volume without changing the total', () => {
    const volume = disk(5, { id: 'id1', role: 'r', shared: true });
    const { allocator } = run([
      [agent('a', res('cpus:1').plus(volume))],
      [framework('f', 'r', { capabilities: ['SHARED_RESOURCES'] }), ['f r a', res('cpus:1').plus(volume)]],
      [all(convert('f r a', '', volume.plus(volume)), total(res('cpus:1').plus(volume)))],
      [recover('f r a', volume.plus(volume))],
    ]);
    expect(allocator.agent('a')?.held.get('f')?.equals(res('cpus:1').plus(volume).allocate('r'))).toBe(true);
    expect(String(allocator.role('r')?.offeredOrAllocated)).toBe('cpus:1; disk:5');
  });

  test('reserves for a role below the reservation', () => {
    const refined = res('cpus:1').pushReservation(dynamicTo('r')).pushReservation(dynamicTo('r/x'));
    run([
      [agent('a', res('cpus:1').pushReservation(dynamicTo('r')))],
      [
        framework('f', 'r/x', { capabilities: ['RESERVATION_REFINEMENT'] }),
        ['f r/x a', res('cpus:1').pushReservation(dynamicTo('r'))],
      ],
      [convert('f r/x a', res('cpus:1').pushReservation(dynamicTo('r')), refined)],
      [framework('g', 'r')],
      [recover('f r/x a', refined)],
      [batch(), ['f r/x a', refined]],
    ]);
  });

  test('of all that ties a framework to a role it has left takes it from under the role', () => {
    const { allocator } = run([
      [agent('a', 'disk:100')],
      [framework('f', 'r', { min: { r: [] } }), 'f r a disk:100'],
      [all(updateFramework('f', 's'), convert('f r a', 'disk:100', ''))],
    ]);
    expect(allocator.roles.map(({ role }) => role)).toEqual(['s']);
  });

  test('of what the agent lost meanwhile leaves its total alone', () => {
    run([
      [agent('a', 'cpus:4')],
      [framework('f', 'r'), 'f r a cpus:4'],
      [updateAgent('a', 'cpus:1')],
      [all(convert('f r a', 'cpus:2', 'cpus(r):2'), total('cpus:1'))],
      [recover('f r a', 'cpus:2;cpus(r):2')],
      [batch(), 'f r a cpus:1'],
    ]);
  });
});
