// Full cycles of clusters of several sizes with several rules, and cycles over few changed agents of many.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { addAgent, addFramework, amounts, bounds, recover, resources } from './build.mjs';
import { allocatedBytes, timed } from './clock.mjs';

const TOTAL = resources('cpus:24;mem:4096;disk:4096;ports:[31000-32000]');

/** One in three frameworks wants machines of two of three racks. */
const onRacks = (role) => ({
  offerConstraints: {
    role_constraints: {
      [role]: {
        groups: [
          {
            attribute_constraints: [
              { selector: { attribute_name: 'rack' }, predicate: { text_matches: { regex: 'r[12]' } } },
            ],
          },
        ],
      },
    },
  },
});

/** A cluster whose agents are all free; `rules` is a list of quota, reservations, constraints. */
export function fill(allocator, { agents, frameworks, roles, rules = [] }) {
  const give = (command) => allocator.handle(command, 0);
  const roleOf = (i) => (roles === 1 ? '*' : `role${i % roles}`);
  if (roles > 1) {
    give({
      type: 'update-weights',
      weights: new Map(Array.from({ length: roles }, (_, i) => [`role${i}`, 1 + (i % 4)])),
    });
  }
  if (rules.includes('quota')) {
    for (let i = 0; i < roles; i += 1) {
      const part = agents / roles;
      const guarantees =
        i % 4 === 0 ? amounts({ cpus: Math.floor(12 * part), mem: Math.floor(2048 * part) }) : amounts({});
      const limits = i % 2 === 0 ? bounds({ cpus: 20 * part, mem: 3072 * part }) : bounds({});
      give({ type: 'update-quota', role: roleOf(i), guarantees, limits });
    }
  }
  for (let i = 0; i < frameworks; i += 1) {
    const more = rules.includes('constraints') && i % 3 === 0 ? onRacks(roleOf(i)) : {};
    give(addFramework(`framework${i}`, roleOf(i), [], more));
  }
  for (let i = 0; i < agents; i += 1) {
    const isReserved = rules.includes('reservations') && i % 10 === 0;
    const total = isReserved
      ? resources(`cpus:12;mem:4096;disk:4096;ports:[31000-32000];cpus(${roleOf(i)}):12`)
      : TOTAL;
    give(addAgent(`agent${i}`, total, undefined, [{ name: 'rack', type: 'TEXT', text: { value: `r${1 + (i % 3)}` } }]));
  }
}

/** Samples of full cycles, everything coming back between them; with filters every fifth refusal lasts ten cycles. */
export function fullCycles(allocator, setting, cycles) {
  fill(allocator, setting);
  const samples = [];
  const bytes = [];
  let nowMs = 0;
  let offers = allocator.allocate(nowMs);
  for (let i = 0; i < cycles; i += 1) {
    const hasFilters = setting.rules?.includes('filters');
    offers.forEach((offer, at) =>
      allocator.handle(recover(offer, hasFilters && (at + i) % 5 === 0 ? 10 : undefined), nowMs),
    );
    nowMs += 1000;
    allocator.tick(nowMs);
    const allocated = allocatedBytes(() => (offers = timed(samples, () => allocator.allocate(nowMs))));
    if (allocated !== undefined) bytes.push(allocated);
  }
  return { samples, bytes, offers: offers.length };
}

/** Samples of cycles in which `dirty` agents have something free. */
export function incrementalCycles(allocator, { agents, frameworks, roles, dirty }, cycles) {
  fill(allocator, { agents, frameworks, roles });
  let nowMs = 0;
  const held = allocator.allocate(nowMs);
  const samples = [];
  for (let i = 0; i < cycles; i += 1) {
    const back = held.splice(0, dirty);
    for (const offer of back) allocator.handle(recover(offer), nowMs);
    nowMs += 1000;
    allocator.tick(nowMs);
    held.push(...timed(samples, () => allocator.allocate(nowMs)));
  }
  return { samples };
}

const collect = (() => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
})();

/** Heap in use, in KiB, after every tenth of so many cycles in which everything goes out and comes back. */
export function heapOver(allocator, setting, cycles) {
  fill(allocator, setting);
  let offers = allocator.allocate(0);
  const kib = [];
  for (let i = 1; i <= cycles; i += 1) {
    for (const offer of offers) allocator.handle(recover(offer, i % 7 === 0 ? 2 : undefined), 1000 * i);
    allocator.tick(1000 * i);
    offers = allocator.allocate(1000 * i);
    if (i % (cycles / 10) !== 0) continue;
    collect();
    kib.push(process.memoryUsage().heapUsed / 1024);
  }
  return kib;
}
