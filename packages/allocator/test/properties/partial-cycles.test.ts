// Goal: a cycle over only the agents that something happened to makes the same offers as a cycle over all. Method: two
// allocators with the same random history up to the last cycle, which one runs over all agents and the other over the
// changed ones. (With quota or shared volumes this is not so: room under a limit, or another copy, concerns all agents.)
import type { Allocation } from '@mini-mesos/allocator';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { res } from '../support/build.js';
import { Rig } from '../support/rig.js';
import { agent, framework, recover, weights } from '../support/script.js';

const ROLES = ['a', 'a/x', 'b', 'c/y', 'c/z'];
const AGENTS = Array.from({ length: 12 }, (_, i) => `agent-${i}`);

const print = (offers: readonly Allocation[]): string[] =>
  offers.map(({ frameworkId, role, agentId, resources }) => `${frameworkId} ${role} ${agentId} ${resources}`);

interface Change {
  readonly agent: number;
  readonly cpus: number;
  readonly refuseSeconds: number | undefined;
}

const change: fc.Arbitrary<Change> = fc.record({
  agent: fc.nat(AGENTS.length - 1),
  cpus: fc.integer({ min: 1, max: 8 }),
  refuseSeconds: fc.constantFrom(undefined, undefined, 10),
});
interface Setup {
  readonly seed: number;
  readonly frameworks: readonly { roles: readonly string[] }[];
  readonly weights: readonly number[];
  readonly changes: readonly Change[];
}

const setup: fc.Arbitrary<Setup> = fc.record({
  seed: fc.nat(),
  frameworks: fc.array(fc.record({ roles: fc.subarray(ROLES, { minLength: 1 }) }), { minLength: 1, maxLength: 6 }),
  weights: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: ROLES.length, maxLength: ROLES.length }),
  changes: fc.array(change, { minLength: 1, maxLength: 8 }),
});

/** All agents full; then some frameworks give back part of what they hold on some agents. */
function prepare({ seed, frameworks, weights: values, changes }: Setup): Rig {
  const rig = new Rig({ seed });
  weights(Object.fromEntries(ROLES.map((role, i) => [role, values[i] ?? 1])))(rig);
  frameworks.forEach(({ roles }, i) => framework(`f${i}`, roles.join(' '))(rig));
  AGENTS.forEach((id, i) => agent(id, `cpus:${8 + (i % 3)};mem:${1024 + 64 * i}`)(rig));
  rig.batch();
  rig.run();
  for (const { agent: index, cpus, refuseSeconds } of changes) {
    const offer = [...rig.outstanding.values()].find(({ agentId }) => agentId === AGENTS[index]);
    const part = res(`cpus:${cpus};mem:64`);
    if (offer === undefined || !offer.resources.unallocate().contains(part)) continue;
    const key = `${offer.frameworkId} ${offer.role} ${offer.agentId}`;
    recover(key, part, refuseSeconds)(rig);
    rig.outstanding.set(key, { ...offer, resources: offer.resources.minus(part.allocate(offer.role)) });
  }
  return rig;
}

test('[property] the changed agents alone, or all of them: the same offers', () => {
  let offers = 0;
  fc.assert(
    fc.property(setup, (given) => {
      const [partial, full] = [prepare(given), prepare(given)];
      for (const { agent: index } of given.changes) {
        partial.handle({ type: 'update-unavailability', agentId: AGENTS[index] ?? '' });
      }
      full.allocator.tick(full.nowMs);
      const made = print(partial.run());
      offers += made.length;
      expect(made).toEqual(print(full.run()));
    }),
    { numRuns: 300 },
  );
  expect(offers).toBeGreaterThan(300);
}, 120_000);
