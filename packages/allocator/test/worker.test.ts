// Goal: behind a channel between threads the allocator makes the same offers, gives the same answers, and survives a
// command that contradicts its state. Method: a real MessageChannel, over which messages are copied as between threads.
import { MessageChannel } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { createAllocator, RemoteAllocator, serveAllocator } from '@mini-mesos/allocator';
import type { Allocation, AllocatorCommand, CycleReport } from '@mini-mesos/allocator';
import { Limits, Resources } from '@mini-mesos/resources';
import { afterEach, expect, test } from 'vitest';
import { disk, quantities, res } from './support/build.js';
import { AGENT_CAPABILITIES } from './support/rig.js';

const ports: MessagePort[] = [];
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

const print = ({ frameworkId, role, agentId, resources }: Allocation): string =>
  `${frameworkId} ${role} ${agentId} ${resources}`;

interface Remote {
  readonly remote: RemoteAllocator;
  readonly reports: CycleReport[];
  readonly failures: string[];
}

function connect(): Remote {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  const serve = serveAllocator({
    send: (message, transfer) => port2.postMessage(message, transfer),
    allocator: { seed: 3 },
    clockMs: () => performance.now(),
  });
  port2.on('message', serve);
  const reports: CycleReport[] = [];
  const failures: string[] = [];
  const remote = new RemoteAllocator((message, transfer) => port1.postMessage(message, transfer), {
    onCycle: (report) => reports.push(report),
    onFailure: (error) => failures.push(error),
  });
  port1.on('message', (message) => remote.receive(message));
  return { remote, reports, failures };
}

const addAgent = (agentId: string, total: Resources): AllocatorCommand => ({
  type: 'add-agent',
  agentId,
  agent: { hostname: agentId, attributes: [], capabilities: AGENT_CAPABILITIES },
  total,
  used: new Map([['f0', res('cpus:1').allocate('a')]]),
  unavailability: { start: { nanoseconds: 5 } },
});

const addFramework = (frameworkId: string, role: string): AllocatorCommand => ({
  type: 'add-framework',
  frameworkId,
  framework: {
    roles: [role],
    capabilities: ['MULTI_ROLE', 'SHARED_RESOURCES'],
    suppressedRoles: [],
    minAllocatable: new Map([[role, [quantities('cpus:1')]]]),
  },
  used: new Map(),
  active: true,
});

const COMMANDS: readonly AllocatorCommand[] = [
  { type: 'update-quota', role: 'a', guarantees: quantities('cpus:3'), limits: Limits.of({ cpus: 9_000 }) },
  { type: 'update-weights', weights: new Map([['b', 2]]) },
  { type: 'update-whitelist', hostnames: new Set(Array.from({ length: 19 }, (_, i) => `agent-${i}`)) },
  ...[0, 1, 2].map((i) => addFramework(`f${i}`, i === 2 ? 'b' : 'a')),
  ...Array.from({ length: 20 }, (_, i) =>
    addAgent(`agent-${i}`, res('cpus:4;mem:512;ports:[1-9]').plus(disk(5, { role: 'a', id: `v${i}`, shared: true }))),
  ),
];

test('offers, inverse offers and answers are those of an allocator in place', async () => {
  const { remote, reports, failures } = connect();
  const local = createAllocator({ seed: 3 });
  const expected: string[][] = [];
  const inverse: unknown[] = [];
  const runLocally = (nowMs: number): readonly Allocation[] => {
    const allocations = local.allocate(nowMs);
    expected.push(allocations.map(print));
    inverse.push(local.takeInverseOffers());
    return allocations;
  };

  for (const command of COMMANDS) {
    remote.handle(command, 0);
    local.handle(command, 0);
  }
  remote.run(0, { ifRequested: true });
  remote.run(0, { ifRequested: true });
  runLocally(0);
  await remote.view();
  for (let nowMs = 1_000; nowMs < 6_000; nowMs += 1_000) {
    // The owner gives back what it was told, by its own copies of the resources.
    for (const [i, { frameworkId, agentId, resources }] of (reports.at(-1)?.allocations ?? []).entries()) {
      const refuseSeconds = [undefined, 2, 0, Number.NaN][i % 4];
      const command: AllocatorCommand = { type: 'recover', frameworkId, agentId, resources, refuseSeconds };
      remote.handle(command, nowMs);
      local.handle(command, nowMs);
    }
    remote.tick(nowMs);
    remote.run(nowMs);
    local.tick(nowMs);
    runLocally(nowMs);
    await remote.view();
  }

  expect(reports.map(({ allocations }) => allocations.map(print))).toEqual(expected);
  expect(expected.flat().length).toBeGreaterThan(40);
  expect(reports.map(({ inverseOffers }) => inverseOffers)).toEqual(inverse);
  expect(reports[0]?.durationMs).toBeGreaterThan(0);
  expect(await remote.explain({ frameworkId: 'f1' }, 9_000)).toEqual(local.explain({ frameworkId: 'f1' }, 9_000));
  const { roles, activeFilters, runs } = await remote.view();
  expect(roles).toEqual(local.roles.map(({ role, dominantShare }) => ({ role, dominantShare })));
  expect([activeFilters, runs]).toEqual([local.activeFilters, local.runs]);
  expect(failures).toEqual([]);
});

test('a command that contradicts the state is reported, and the next is carried out', async () => {
  const { remote, failures } = connect();
  remote.handle({ type: 'remove-agent', agentId: 'nobody' }, 0);
  remote.handle(addFramework('f', 'a'), 0);
  expect(remote.isPending).toBe(true);
  const { roles } = await remote.view();
  expect(remote.isPending).toBe(false);
  expect(failures).toEqual(['allocator command remove-agent cannot be carried out: agent nobody was not added']);
  expect(roles.map(({ role }) => role)).toEqual(['a']);
});
