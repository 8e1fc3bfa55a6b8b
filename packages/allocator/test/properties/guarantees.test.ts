// Goal: whatever is guaranteed is met where it can be, and no limit is ever exceeded. Method: clusters of equal agents with
// random quota, everybody taking all that he is offered; both allocators.
import { Quantities } from '@mini-mesos/resources';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limits, quantities } from '../support/build.js';
import { Rig } from '../support/rig.js';
import { agent, framework } from '../support/script.js';

interface Role {
  readonly guarantee: number;
  /** Above the guarantee; undefined: no limit. */
  readonly more: number | undefined;
}

const role: fc.Arbitrary<Role> = fc.record({
  guarantee: fc.integer({ min: 0, max: 6 }),
  more: fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined }),
});
const setup = fc.record({
  seed: fc.nat(),
  agents: fc.integer({ min: 1, max: 12 }),
  roles: fc.array(role, { minLength: 1, maxLength: 6 }),
  /** Come before the others, want all, and have no quota. */
  greedy: fc.integer({ min: 0, max: 2 }),
});

const CPUS_PER_AGENT = 2;

test('[property] guarantees are met where there is enough, and limits hold', () => {
  let met = 0;
  fc.assert(
    fc.property(setup, ({ seed, agents, roles, greedy }) => {
      const rig = new Rig({ seed });
      roles.forEach(({ guarantee, more }, i) => {
        const limit = more === undefined ? '' : `cpus:${guarantee + more}`;
        const guarantees = guarantee === 0 ? Quantities.EMPTY : quantities(`cpus:${guarantee}`);
        rig.handle({ type: 'update-quota', role: `r${i}`, guarantees, limits: limits(limit) });
      });
      for (let i = 0; i < greedy; i += 1) framework(`greedy${i}`, `greedy${i}`)(rig);
      for (let i = 0; i < agents; i += 1) agent(`a${i}`, `cpus:${CPUS_PER_AGENT};mem:64`)(rig);
      rig.run();
      roles.forEach((_, i) => framework(`f${i}`, `r${i}`)(rig));
      for (let batch = 0; batch < 3; batch += 1) {
        rig.batch();
        rig.run();
      }
      const guaranteed = roles.reduce((sum, { guarantee }) => sum + guarantee, 0);
      roles.forEach(({ guarantee, more }, i) => {
        const cpus = (rig.allocator.role(`r${i}`)?.consumed.get('cpus') ?? 0) / 1_000;
        if (more !== undefined) expect(cpus, `limit of r${i}`).toBeLessThanOrEqual(guarantee + more);
        if (guaranteed <= agents * CPUS_PER_AGENT) {
          met += 1;
          expect(cpus, `guarantee of r${i}`).toBeGreaterThanOrEqual(guarantee);
        }
      });
    }),
    { numRuns: 200 },
  );
  expect(met).toBeGreaterThan(100);
}, 120_000);
