// Goal: who wants no offers gets none, and who wants them again gets them at once. Method: scripts; those of Mesos name
// their test in brackets.
import { describe, expect, test } from 'vitest';
import {
  agent,
  all,
  batch,
  check,
  decline,
  framework,
  frameworkCommand,
  revive,
  run,
  suppress,
  updateFramework,
} from './support/script.js';

const offer = 'f role1 a cpus:2;mem:1024';
const offered = [[agent('a', 'cpus:2;mem:1024')], [framework('f', 'role1'), offer]] as const;

describe('a suppressed role', () => {
  test('gets nothing until it is revived [SuppressAndReviveOffers]', () => {
    run([...offered, [revive('f')], [all(decline('f role1 a'), suppress('f'))], [batch()], [revive('f'), offer]]);
  });

  test('does not stop the other roles of the framework [SuppressAndReviveOffersWithMultiRole]', () => {
    run([
      [all(framework('f', 'role1 role2'), suppress('f', 'role1'))],
      [agent('a', 'cpus:2;mem:1024'), 'f role2 a cpus:2;mem:1024'],
      [decline('f role2 a', 24 * 3600)],
      [batch()],
      // Reviving one role leaves the filters of the other.
      [revive('f', 'role1'), offer],
      [decline('f role1 a', 24 * 3600)],
      [batch()],
    ]);
  });

  test('may be so from the start', () => {
    run([
      [framework('f', 'role1 role2', { suppressed: ['role1'] })],
      [agent('a', 'cpus:1'), 'f role2 a cpus:1'],
      [agent('b', 'cpus:1'), 'f role2 b cpus:1'],
    ]);
  });

  test('is what an update says, and asks for no run when it is no more', () => {
    run([
      ...offered,
      [all(decline('f role1 a'), updateFramework('f', 'role1', { suppressed: ['role1'] }))],
      [batch()],
      [updateFramework('f', 'role1')],
      [batch(), offer],
    ]);
  });

  test('goes to the next framework of the role', () => {
    run([
      ...offered,
      [framework('g', 'role1')],
      [all(decline('f role1 a'), suppress('f'))],
      [batch(), 'g role1 a cpus:2;mem:1024'],
    ]);
  });
});

describe('a framework without connection', () => {
  test('gets nothing, and what it suppressed stays suppressed [DeactivateAndReactivateFramework]', () => {
    run([
      ...offered,
      [all(decline('f role1 a'), suppress('f'), frameworkCommand('deactivate-framework', 'f'))],
      [batch()],
      [frameworkCommand('activate-framework', 'f')],
      [revive('f'), offer],
    ]);
  });

  test('gets offers as soon as it has one', () => {
    run([
      ...offered,
      [all(decline('f role1 a'), frameworkCommand('deactivate-framework', 'f'))],
      [batch()],
      [frameworkCommand('activate-framework', 'f'), offer],
    ]);
  });

  test('gets nothing by reviving or by another role', () => {
    run([
      [agent('a', 'cpus:1')],
      [framework('f', 'role1', { active: false })],
      [revive('f')],
      [updateFramework('f', 'role1 role2')],
      [batch()],
      [frameworkCommand('activate-framework', 'f'), 'f role1 a cpus:1'],
    ]);
  });

  test('keeps what it holds', () => {
    const { allocator } = run([...offered, [frameworkCommand('deactivate-framework', 'f')], [batch()]]);
    expect([allocator.role('role1')?.dominantShare, String(allocator.offeredOrAllocated)]).toEqual([
      1,
      'cpus:2; mem:1024',
    ]);
  });
});

describe('a role that a framework leaves', () => {
  const frameworkIds = (role: string, ids: readonly string[] | undefined) =>
    check(({ allocator }) => expect(allocator.role(role)?.frameworkIds).toEqual(ids));

  test('keeps its allocation until that is given back', () => {
    run([
      ...offered,
      [updateFramework('f', 'role2')],
      [all(frameworkIds('role1', ['f']), frameworkIds('role2', ['f']), batch())],
      [all(decline('f role1 a'), frameworkIds('role1', undefined))],
      [batch(), 'f role2 a cpus:2;mem:1024'],
    ]);
  });

  test('is forgotten at once where nothing is held', () => {
    run([
      [framework('f', 'role1 x/y')],
      [all(frameworkIds('x', []), frameworkIds('x/y', ['f']))],
      [all(updateFramework('f', 'role1'), frameworkIds('x', undefined), frameworkIds('x/y', undefined))],
    ]);
  });

  test('is remembered for ports alone', () => {
    run([
      [agent('a', 'ports:[1-9]')],
      [framework('f', 'role1', { min: { role1: [] } }), 'f role1 a ports:[1-9]'],
      [all(updateFramework('f', 'role2', { min: { role2: [] } }), frameworkIds('role1', ['f']))],
      [all(decline('f role1 a'), frameworkIds('role1', undefined))],
      [batch(), 'f role2 a ports:[1-9]'],
    ]);
  });

  test('may be entered again meanwhile', () => {
    run([
      ...offered,
      [updateFramework('f', 'role2')],
      [updateFramework('f', 'role1')],
      [decline('f role1 a')],
      [batch(), offer],
    ]);
  });
});

describe('a run is asked for', () => {
  const asks = (isRequested: boolean) => check(({ allocator }) => expect(allocator.isRunRequested).toBe(isRequested));

  test('by what cannot wait, and by nothing else [AllocationRunsMetric]', () => {
    const { allocator } = run([
      [all(agent('a', 'cpus:2;mem:1024'), asks(true))],
      [all(framework('g', 'role', { active: false }), asks(false))],
      [all(framework('f', 'role'), asks(true)), 'f role a cpus:2;mem:1024'],
      [all(suppress('f'), asks(false))],
      [all(decline('f role a'), asks(false))],
      [all(revive('f'), asks(true)), 'f role a cpus:2;mem:1024'],
      [all(updateFramework('f', 'role more'), asks(false))],
      [all(frameworkCommand('deactivate-framework', 'f'), asks(false))],
      [all(frameworkCommand('activate-framework', 'f'), asks(true))],
      [all(batch(), asks(true))],
    ]);
    expect(allocator.runs).toBe(5);
  });
});
