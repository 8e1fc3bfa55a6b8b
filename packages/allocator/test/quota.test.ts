// Goal: what is guaranteed to a role is held back for it, what it is limited to is not exceeded, and what is reserved
// for it counts. Method: scripts of Mesos' allocator tests (named in brackets).
import type { Reservation } from '@mini-mesos/resources';
import { describe, expect, test } from 'vitest';
import { disk, dynamicTo, res } from './support/build.js';
import { Rig } from './support/rig.js';
import {
  agent,
  all,
  batch,
  check,
  convert,
  convertAvailable,
  decline,
  framework,
  noQuota,
  quota,
  recover,
  run,
} from './support/script.js';

const DAY_S = 24 * 3600;
const Q = 'quota-role';
const N = 'no-quota-role';

describe('a guarantee', () => {
  test('is held back from others while its role declines [QuotaProvidesGuarantee]', () => {
    run([
      [all(framework('f1', Q), quota(Q, 'cpus:2;mem:1024'), framework('f2', N))],
      [agent('a1', 'cpus:1;mem:512'), `f1 ${Q} a1 cpus:1;mem:512`],
      [agent('a2', 'cpus:1;mem:512'), `f1 ${Q} a2 cpus:1;mem:512`],
      [decline(`f1 ${Q} a2`, 2)],
      [batch()],
      [batch(), `f1 ${Q} a2 cpus:1;mem:512`],
    ]);
  });

  test('is held back for a role without frameworks [QuotaAbsentFrameworkWholeAgent]', () => {
    run([
      [all(quota(Q, 'cpus:2;mem:1024'), framework('f', N))],
      [agent('a1', 'cpus:2;mem:1024')],
      [agent('a2', 'cpus:2;mem:1024'), `f ${N} a2 cpus:2;mem:1024`],
      [batch()],
    ]);
  });

  test('is held back from part of an agent', () => {
    run([
      [all(quota(Q, 'cpus:2;mem:1024'), framework('f', N))],
      [agent('a', 'cpus:5;mem:1536;ports:[1-9]'), `f ${N} a cpus:3;mem:512;ports:[1-9]`],
    ]);
  });

  test('of a role without frameworks does not keep other guarantees waiting [MultiQuotaAbsentFrameworks]', () => {
    run([
      [agent('a', 'cpus:2;mem:2048')],
      [all(quota('q1', 'cpus:1;mem:1024'), quota('q2', 'cpus:2;mem:2048'))],
      [framework('f', 'q2'), 'f q2 a cpus:2;mem:2048'],
    ]);
  });

  test('that is satisfied lets the next one have its turn [MultiQuotaWithFrameworks]', () => {
    run([
      [
        all(
          quota('q1', 'cpus:1;mem:200'),
          quota('q2', 'cpus:2;mem:2000'),
          framework('f1', 'q1'),
          framework('f2', 'q2'),
        ),
      ],
      [
        all(
          agent('a1', 'cpus:1;mem:1024', { used: { 'f1 q1': 'cpus:1;mem:1024' } }),
          agent('a2', 'cpus:1;mem:1024', { used: { 'f2 q2': 'cpus:1;mem:1024' } }),
        ),
      ],
      [agent('a3', 'cpus:2;mem:2048'), 'f2 q2 a3 cpus:1;mem:976'],
    ]);
  });

  test('ends starvation by those that hold less and decline [QuotaAgainstStarvation]', () => {
    run([
      [all(framework('f1', Q), framework('f2', N))],
      [agent('a1', 'cpus:1;mem:512', { used: { [`f1 ${Q}`]: 'cpus:1;mem:512' } })],
      [agent('a2', 'cpus:1;mem:512'), `f2 ${N} a2 cpus:1;mem:512`],
      [decline(`f2 ${N} a2`, 0)],
      [batch(), `f2 ${N} a2 cpus:1;mem:512`],
      [all(decline(`f2 ${N} a2`, 0), quota(Q, 'cpus:2;mem:1024'))],
      [batch(), `f1 ${Q} a2 cpus:1;mem:512`],
    ]);
  });

  test('does not count what is reserved for others [QuotaSetAsideReservedResources]', () => {
    const reserved = res('cpus:4;mem:512').pushReservation(dynamicTo(N));
    run([
      [all(agent('a1', 'cpus:4;mem:512'), agent('a2', 'cpus:4;mem:512'))],
      [convertAvailable('a2', 'cpus:4;mem:512', reserved)],
      [all(framework('f1', Q), quota(Q, 'cpus:4;mem:512')), `f1 ${Q} a1 cpus:4;mem:512`],
      [decline(`f1 ${Q} a1`, 10)],
      [batch()],
      [framework('f2', N), [`f2 ${N} a2`, reserved]],
      [decline(`f2 ${N} a2`, 10)],
      [batch()],
    ]);
  });

  test('more than the cluster has is satisfied as far as it goes', () => {
    run([
      [
        all(
          quota('q1', 'cpus:100'),
          quota('q2', 'cpus:100'),
          framework('f1', 'q1'),
          framework('f2', 'q2'),
          framework('f3', N),
        ),
      ],
      [agent('a', 'cpus:2;mem:64'), 'f1 q1 a cpus:2;mem:64'],
      [agent('b', 'cpus:2;mem:64'), 'f2 q2 b cpus:2;mem:64'],
    ]);
  });

  test('is satisfied with all else on the agent, unless that is held back [QuotaRoleAllocateNonQuotaResource]', () => {
    const total = 'cpus:1;mem:1024;ports:[31000-32000]';
    run([
      [quota('q1', 'cpus:2')],
      [agent('a1', total)],
      [framework('f', 'q1'), `f q1 a1 ${total}`],
      [quota('q2', 'mem:1024')],
      // Memory has no limit in q1, but it is guaranteed to q2.
      [agent('a2', total), 'f q1 a2 cpus:1;ports:[31000-32000]'],
      // The cpus of q1 are at their limit; of memory there is enough now.
      [agent('a3', total), 'f q1 a3 mem:1024;ports:[31000-32000]'],
    ]);
  });

  test('may lie below a limit, up to which the role shares with others', () => {
    run([
      [all(quota(Q, 'cpus:1', 'cpus:3'), framework('f1', Q), framework('f2', N))],
      [agent('a', 'cpus:2'), `f1 ${Q} a cpus:2`],
      [agent('b', 'cpus:3'), `f2 ${N} b cpus:3`],
      [agent('c', 'cpus:2'), `f1 ${Q} c cpus:1`, `f2 ${N} c cpus:1`],
    ]);
  });

  test('and a limit that do not fit together are both kept to [DisproportionateQuotaVsAllocation]', () => {
    run([
      [all(quota(Q, 'cpus:4;mem:1024'), framework('f', Q))],
      [agent('a1', 'cpus:2;mem:1024'), `f ${Q} a1 cpus:2;mem:1024`],
      [agent('a2', 'cpus:2;mem:1024'), `f ${Q} a2 cpus:2`],
    ]);
  });

  test('in a role of several frameworks is dealt fairly among them [MultipleFrameworksInRoleWithQuota]', () => {
    run([
      [all(framework('f1a', Q), quota(Q, 'cpus:4;mem:2048'), framework('f2', N))],
      [agent('a1', 'cpus:1;mem:512'), `f1a ${Q} a1 cpus:1;mem:512`],
      [framework('f1b', Q)],
      [agent('a2', 'cpus:2;mem:1024'), `f1b ${Q} a2 cpus:2;mem:1024`],
      [agent('a3', 'cpus:1;mem:512'), `f1a ${Q} a3 cpus:1;mem:512`],
      [decline(`f1a ${Q} a3`, 5)],
      [batch(), `f1b ${Q} a3 cpus:1;mem:512`],
    ]);
  });
});

describe('a limit', () => {
  test('is kept to, also by * and also at zero [QuotaProvidesLimit]', () => {
    run([
      [all(framework('f1', '*'), quota('*', '', 'cpus:0;mem:0;disk:0'))],
      [agent('a1', 'cpus:2;mem:1024;disk:1024')],
      [framework('f2', N), `f2 ${N} a1 cpus:2;mem:1024;disk:1024`],
      [quota('*', '', 'cpus:1;mem:512;disk:512')],
      [
        agent('a2', 'cpus:2;mem:1024;disk:1024'),
        'f1 * a2 cpus:1;mem:512;disk:512',
        `f2 ${N} a2 cpus:1;mem:512;disk:512`,
      ],
    ]);
  });

  test('is met exactly [QuotaAllocationGranularity]', () => {
    run([
      [all(framework('f1', Q), quota(Q, 'cpus:0.5;mem:200'))],
      [agent('a', 'cpus:1;mem:512'), `f1 ${Q} a cpus:0.5;mem:200`],
      [framework('f2', N), `f2 ${N} a cpus:0.5;mem:312`],
    ]);
  });

  test('leaves out a disk that cannot be cut [QuotaAllocationGranularityUnchoppableResource]', () => {
    const mounted = disk(100, { mount: true });
    const total = res('cpus:0.5;mem:512').plus(mounted);
    run([
      [quota(Q, 'cpus:2;mem:2048;disk:150')],
      [agent('a1', total)],
      [framework('f', Q), [`f ${Q} a1`, total]],
      [agent('a2', total), `f ${Q} a2 cpus:0.5;mem:512`],
      [agent('a3', 'cpus:2;mem:2048;disk:150'), `f ${Q} a3 cpus:1;mem:1024;disk:50`],
    ]);
  });

  test('counts disks of all kinds together [QuotaAllocationMultipleDisk]', () => {
    const total = res('cpus:1;mem:512;disk:50').plus(disk(50, { mount: true }));
    run([[quota(Q, 'cpus:1;mem:512;disk:100')], [agent('a', total)], [framework('f', Q), [`f ${Q} a`, total]]]);
  });

  test('that is removed leaves fair shares [RemoveQuota]', () => {
    const { allocator } = run([
      [all(quota(Q, 'cpus:2;mem:1024'), framework('f1', Q), framework('f2', N))],
      [
        all(
          agent('a1', 'cpus:1;mem:512', { used: { [`f1 ${Q}`]: 'cpus:1;mem:512' } }),
          agent('a2', 'cpus:1;mem:512', { used: { [`f1 ${Q}`]: 'cpus:1;mem:512' } }),
        ),
      ],
      [all(noQuota(Q), recover(`f1 ${Q} a1`, 'cpus:1;mem:512'))],
      [batch(), `f2 ${N} a1 cpus:1;mem:512`],
    ]);
    expect(allocator.role(Q)?.quota.limits.isEmpty).toBe(true);
  });

  test('that is reached leaves the rest to fair shares [DRFWithQuota]', () => {
    const { allocator } = run([
      [all(quota(Q, 'cpus:0.25;mem:128'), framework('f1', Q), framework('f2', N))],
      [agent('a1', 'cpus:1;mem:512', { used: { [`f1 ${Q}`]: 'cpus:0.25;mem:128' } }), `f2 ${N} a1 cpus:0.75;mem:384`],
      [agent('a2', 'cpus:1;mem:512'), `f2 ${N} a2 cpus:1;mem:512`],
    ]);
    const view = allocator.role(Q);
    expect([view?.quota.guarantees, view?.quota.limits, view?.offeredOrAllocated].map(String)).toEqual([
      'cpus:0.25; mem:128',
      'cpus:0.25; mem:128',
      'cpus:0.25; mem:128',
    ]);
  });

  test('is shown as it was set [QuotaMetrics]', () => {
    const shows = (guarantees: string | undefined, limit: string | undefined) =>
      check(({ allocator }) => {
        const view = allocator.role('role');
        expect([view?.quota.guarantees.toString(), view?.quota.limits.toString()]).toEqual([guarantees, limit]);
      });
    run([
      [shows(undefined, undefined)],
      [all(quota('role', 'cpus:1', 'mem:1024'), shows('cpus:1', 'mem:1024'))],
      [all(quota('role', 'cpus:2', 'mem:1024'), shows('cpus:2', 'mem:1024'))],
      [all(quota('role', '', ''), shows(undefined, undefined))],
    ]);
  });

  test('does not keep ports and revocable resources from a role', () => {
    run([
      [all(quota(Q, '', 'cpus:1'), framework('f', Q))],
      [agent('a', 'cpus:4;mem:64;ports:[1-2]'), `f ${Q} a cpus:1;mem:64;ports:[1-2]`],
      [agent('b', 'cpus:4;mem:64;ports:[1-2]'), `f ${Q} b mem:64;ports:[1-2]`],
    ]);
  });
});

describe.each<[Reservation['type']]>([['STATIC'], ['DYNAMIC']])('%s reservations', (type) => {
  const reserved = (text: string, role: string) => res(text).pushReservation({ type, role });

  test('count while nobody holds them [ReservationUnallocated]', () => {
    run([
      [agent('a1', reserved('cpus:1;mem:1024', Q))],
      [quota(Q, 'cpus:1;mem:1024')],
      [framework('f1', Q), [`f1 ${Q} a1`, reserved('cpus:1;mem:1024', Q)]],
      [decline(`f1 ${Q} a1`, DAY_S)],
      [agent('a2', 'cpus:1;mem:1024')],
    ]);
  });

  test('count once while somebody holds them [ReservationAllocated]', () => {
    run([
      [agent('a1', reserved('cpus:1;mem:1024', Q))],
      [quota(Q, 'cpus:2;mem:2048')],
      [framework('f1', Q), [`f1 ${Q} a1`, reserved('cpus:1;mem:1024', Q)]],
      [agent('a2', 'cpus:1;mem:1024'), `f1 ${Q} a2 cpus:1;mem:1024`],
      [agent('a3', 'cpus:1;mem:1024')],
    ]);
  });

  test('go out while headroom is held back [NonQuotaRoleReservationWithQuotaRole]', () => {
    const unreserved = res('cpus:2;mem:2048');
    run([
      [agent('a1', unreserved.plus(reserved('cpus:2;mem:2048', N)))],
      [quota(Q, 'cpus:2;mem:2048')],
      [framework('f1', Q), [`f1 ${Q} a1`, unreserved]],
      [decline(`f1 ${Q} a1`, DAY_S)],
      [framework('f2', N), [`f2 ${N} a1`, reserved('cpus:2;mem:2048', N)]],
    ]);
  });

  test('above the guarantee do not lower what others are guaranteed [QuotaHeadroomWhenReservationsExceedQuota]', () => {
    run([
      [all(quota('q1', 'cpus:1;mem:1024'), quota('q2', 'cpus:1;mem:1024'))],
      [agent('a1', reserved('cpus:2;mem:2048', 'q1'))],
      [agent('a2', 'cpus:1;mem:1024')],
      [framework('f', N)],
      [agent('a3', 'cpus:1;mem:1024'), `f ${N} a3 cpus:1;mem:1024`],
    ]);
  });

  test('of a shared volume count once, however often it is offered [SharedAllocatedResourceQuotaAccounting]', () => {
    const owned = reserved('cpus:2;mem:1024;disk:50', Q);
    const shared = disk(50, { id: 'id1', shared: true }).pushReservation({ type, role: Q });
    run([
      [quota(Q, 'cpus:3;mem:2048;disk:100')],
      [agent('a1', owned)],
      [framework('f', Q, { capabilities: ['SHARED_RESOURCES'] }), [`f ${Q} a1`, owned]],
      [convert(`f ${Q} a1`, reserved('disk:50', Q), shared)],
      [recover(`f ${Q} a1`, reserved('cpus:1;mem:512', Q))],
      [batch(), [`f ${Q} a1`, reserved('cpus:1;mem:512', Q).plus(shared)]],
      [agent('a2', 'cpus:1;mem:1024;disk:50'), `f ${Q} a2 cpus:1;mem:1024;disk:50`],
      [agent('a3', 'cpus:0.5;mem:512;disk:50')],
    ]);
  });
});

describe('what a role consumes', () => {
  test('is reserved and held together [ReservationWithinQuota]', () => {
    run([
      [all(quota(Q, 'cpus:2;mem:256'), framework('f1', Q), framework('f2', N))],
      [agent('a1', `cpus:8;mem(${Q}):256`, { used: { [`f1 ${Q}`]: `cpus:2;mem(${Q}):256` } }), `f2 ${N} a1 cpus:6`],
      [agent('a2', 'cpus:4'), `f2 ${N} a2 cpus:4`],
    ]);
  });

  test('does not change when it reserves what it holds [QuotaAccountingReserveAllocatedResources]', () => {
    const reserved = res('cpus:5;mem:512').pushReservation(dynamicTo(Q));
    run([
      [all(quota(Q, 'cpus:10;mem:1024'), framework('f', Q))],
      [agent('a1', 'cpus:5;mem:512'), `f ${Q} a1 cpus:5;mem:512`],
      [convert(`f ${Q} a1`, 'cpus:5;mem:512', reserved)],
      [agent('a2', 'cpus:10;mem:1024'), `f ${Q} a2 cpus:5;mem:512`],
    ]);
  });

  test('does not change when it unreserves what it holds [QuotaAccountingUnreserveAllocatedResources]', () => {
    run([
      [all(quota(Q, 'cpus:1;mem:1024'), framework('f', Q))],
      [agent('a1', `cpus(${Q}):1;mem(${Q}):1024`), `f ${Q} a1 cpus(${Q}):1;mem(${Q}):1024`],
      [agent('a2', 'cpus:1;mem:1024')],
      [convert(`f ${Q} a1`, `cpus(${Q}):1;mem(${Q}):1024`, 'cpus:1;mem:1024')],
      [batch()],
    ]);
  });

  test('is shown as it counts', () => {
    const { allocator } = run([
      [all(framework('f', 'x/y'), quota('x', '', 'cpus:100'))],
      [agent('a', 'cpus:4;mem:64;cpus(x):1;cpus(x/y):2'), 'f x/y a cpus:4;mem:64;cpus(x):1;cpus(x/y):2'],
      [recover('f x/y a', 'cpus(x/y):2;cpus:1')],
    ]);
    expect([allocator.role('x')?.consumed, allocator.role('x')?.reserved].map(String)).toEqual([
      'cpus:6; mem:64',
      'cpus:3',
    ]);
    expect([allocator.role('x/y')?.consumed, allocator.role('x/y')?.reserved].map(String)).toEqual([
      'cpus:5; mem:64',
      'cpus:2',
    ]);
  });
});

describe('roles below one with quota', () => {
  test('may hold the reservations of a role above [QuotaWithAncestorReservations]', () => {
    run([
      [quota(Q, 'cpus:1;mem:1024')],
      [agent('a1', 'cpus(a):1;mem(a):1024')],
      [framework('f1', 'a/b'), 'f1 a/b a1 cpus(a):1;mem(a):1024'],
      [framework('f2', N)],
      [agent('a2', 'cpus:1;mem:1024')],
      [agent('a3', 'cpus:1;mem:1024'), `f2 ${N} a3 cpus:1;mem:1024`],
    ]);
  });

  test('count with their reservations [QuotaWithNestedRoleReservation]', () => {
    run([
      [quota('a', 'cpus:2;mem:200')],
      [agent('a1', 'cpus(a/b):1;mem(a/b):100')],
      [agent('a2', 'cpus:10;mem:1000')],
      [framework('f1', 'a'), 'f1 a a2 cpus:1;mem:100'],
    ]);
  });

  test('count with what they hold, and are not limited themselves [QuotaWithNestedRoleAllocation]', () => {
    run([
      [framework('f1', 'a/b')],
      [agent('a1', 'cpus:1;mem:1024'), 'f1 a/b a1 cpus:1;mem:1024'],
      [quota('a', 'cpus:1;mem:1024')],
      [framework('f2', 'a')],
      [agent('a2', 'cpus:1;mem:1024'), 'f1 a/b a2 cpus:1;mem:1024'],
    ]);
  });

  test('count in the headroom that is left [QuotaHeadroomWithNestedRoleAllocation]', () => {
    run([
      [framework('f1', 'a/b')],
      [agent('a1', 'cpus:1;mem:100'), 'f1 a/b a1 cpus:1;mem:100'],
      [framework('f2', 'a')],
      [agent('a2', 'cpus:1;mem:100'), 'f2 a a2 cpus:1;mem:100'],
      [quota(Q, 'cpus:1;mem:100')],
      [agent('a3', 'cpus:1;mem:100')],
      [agent('a4', 'cpus:1;mem:100'), 'f2 a a4 cpus:1;mem:100'],
    ]);
  });

  test('count at once, in the cycle in which they are offered something', () => {
    // Mesos counts it from the next cycle on, and would offer 2 cpus to role a in any order of the agents.
    const onlyOn = (role: string, hostname: string) => ({
      constraints: {
        role_constraints: {
          [role]: {
            groups: [
              {
                attribute_constraints: [
                  {
                    selector: { pseudoattribute_type: 'HOSTNAME' as const },
                    predicate: { text_equals: { value: hostname } },
                  },
                ],
              },
            ],
          },
        },
      },
    });
    const seen = new Set<string>();
    for (let seed = 0; seed < 20; seed += 1) {
      const rig = new Rig({ seed });
      all(framework('f1', 'a/b', onlyOn('a/b', 's1')), framework('f2', 'a', onlyOn('a', 's2')))(rig);
      all(quota('a', '', 'cpus:4'), agent('s1', 'cpus:3'), agent('s2', 'cpus:2'))(rig);
      seen.add(
        rig
          .run()
          .map(({ agentId, resources }) => `${agentId} ${resources.unallocate()}`)
          .join(', '),
      );
    }
    expect([...seen].sort()).toEqual(['s1 cpus:3, s2 cpus:1', 's2 cpus:2, s1 cpus:3']);
  });
});

test('a smaller offer than before is filtered if it is cut down to what was refused', () => {
  run([
    [all(quota(Q, '', 'cpus:2'), framework('f', Q))],
    [agent('a', 'cpus:4'), `f ${Q} a cpus:2`],
    [decline(`f ${Q} a`, 100)],
    [quota(Q, '', 'cpus:1')],
    [batch()],
    [quota(Q, '', 'cpus:3')],
    [batch(), `f ${Q} a cpus:3`],
  ]);
});
