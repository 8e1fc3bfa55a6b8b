// FullSort and HierarchyFullSort of Mesos' sorter tests, with the clients activated: an agent's resources go to each client
// in turn, then all are put in order, then again with nothing changed. Here through the allocator: a cycle that looks at
// one agent, which nobody can have, puts all roles in order and goes through them, which Mesos' figure does not include.
import { createAllocator } from '@mini-mesos/allocator';
import { median, report } from '../lib/report.mjs';
import { addAgent, addFramework, describeAgent, resources } from './build.mjs';
import { timed } from './clock.mjs';
import { cppMs } from './cpp.mjs';

/** Roles of a tree of this height whose inner nodes have so many children. */
function* tree(height, branching, path = 'r') {
  for (let i = 0; i < branching; i += 1) {
    yield `${path}${i}`;
    if (height > 1) yield* tree(height - 1, branching, `${path}${i}/n`);
  }
}

function sortOf(clients, roleOf) {
  const allocator = createAllocator({});
  const total = resources('cpus:24;mem:4096;disk:4096');
  const used = resources('cpus:16;mem:2014;disk:1024');
  // Filtered out by size, so that a cycle asks for the order and offers nothing.
  const more = (role) => ({ minAllocatable: new Map([[role, []]]) });
  for (let i = 0; i < clients; i += 1) {
    const role = roleOf(i);
    allocator.handle(addFramework(`f${i}`, role, [], more(role)), 0);
    allocator.handle(addAgent(`a${i}`, total, new Map([[`f${i}`, used.allocate(role)]])), 0);
    allocator.handle({ type: 'deactivate-agent', agentId: `a${i}` }, 0);
  }
  const free = resources('gpus:1');
  allocator.handle(addAgent('free', free), 0);
  const [full, again] = [[], []];
  for (let i = 0; i < 50; i += 1) {
    // A weight set anew makes the order stale without changing it.
    allocator.handle({ type: 'update-weights', weights: new Map([[roleOf(0), 1]]) }, 0);
    for (const samples of [full, again]) {
      // Another description makes the allocator look at the agent again.
      const attributes = [{ name: 'turn', type: 'SCALAR', scalar: { value: 2 * i + samples.length } }];
      allocator.handle(
        { type: 'update-agent', agentId: 'free', agent: describeAgent('free', attributes), total: free },
        0,
      );
      timed(samples, () => allocator.allocate(0));
    }
  }
  return { full, again };
}

export function benchSorter({ unit }) {
  const shapes = [
    ...[50, 200, 1000].map((clients) => ({ name: 'FullSort', clients, roleOf: (i) => `role${i}` })),
    ...[
      [3, 10],
      [5, 4],
      [10, 2],
    ].map(([height, branching]) => {
      const roles = [...tree(height, branching)];
      return { name: 'HierarchyFullSort', clients: roles.length, height, branching, roleOf: (i) => roles[i] };
    }),
  ];
  for (const { name, clients, roleOf, height, branching } of shapes) {
    const { full, again } = sortOf(clients, roleOf);
    for (const [phase, samples] of [
      ['sort', full],
      ['sort again', again],
    ]) {
      const cpp = cppMs(`${name}/${phase}`, clients);
      const shape = height === undefined ? {} : { height, branching };
      const beside =
        cpp === undefined ? {} : { cppMs: cpp, timesFasterThanCpp: Number((cpp / median(samples)).toPrecision(3)) };
      report({ name: `allocator/${name}/${phase}`, parameters: { clients, ...shape, ...beside }, samples, unit });
    }
  }
}
