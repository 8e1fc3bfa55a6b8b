// Goal: where the allocator runs makes no difference to what is offered. Method: the same seeded history told to the
// allocator in this thread and to the built one in a thread of its own; every offer and explanation is compared.
import { createAllocator } from '@mini-mesos/allocator';
import type { Allocation, AllocatorCommand } from '@mini-mesos/allocator';
import { ManualTime, MetricsRegistry, SeededRandom } from '@mini-mesos/daemon';
import { Quantities } from '@mini-mesos/resources';
import { afterEach, expect, test, vi } from 'vitest';
import { InThreadAllocator } from '../../dist/shell/allocator/in-thread.js';
import type { AllocatorHost } from '../../src/shell/allocator/allocator-host.js';
import { allocatorOptions } from '../../src/shell/allocator/allocator-options.js';
import { InProcessAllocator } from '../../src/shell/allocator/in-process.js';
import { resources } from '../support/harness.js';

const INTERVAL_MS = 1000;
const SEED = 7;
const ROUNDS = 60;
const FLAGS = {
  allocation_interval: INTERVAL_MS,
  min_allocatable_resources: 'cpus:0.1',
  fair_sharing_excluded_resource_names: undefined,
  filter_gpu_resources: true,
  domain: undefined,
  role_sorter: 'drf',
  framework_sorter: 'drf',
  nested_quota_limits: false,
  offer_freed_at_once: false,
  offer_chop_size: undefined,
} as const;

const hosts: { close(): void }[] = [];
afterEach(() => hosts.splice(0).forEach((host) => host.close()));

class Side {
  readonly time = new ManualTime(1_000_000);
  readonly metrics = new MetricsRegistry();
  readonly host: AllocatorHost;
  readonly offers: Allocation[] = [];

  constructor(make: (side: Side) => AllocatorHost) {
    this.host = make(this);
    this.host.onAllocations = (allocations) => void this.offers.push(...allocations);
    hosts.push(this.host);
  }

  get runs(): number {
    return this.metrics.counter('allocator/mesos/allocation_runs').value;
  }
}

const inProcess = () =>
  new Side(
    ({ time, metrics }) =>
      new InProcessAllocator(createAllocator(allocatorOptions(FLAGS, SEED)), {
        time,
        metrics,
        intervalMs: INTERVAL_MS,
      }),
  );

const inThread = (onFailure: (error: Error) => void = (error) => expect.unreachable(error.message)) =>
  new Side(
    ({ time, metrics }) =>
      new InThreadAllocator({ flags: FLAGS, seed: SEED, time, metrics, intervalMs: INTERVAL_MS, onFailure }),
  );

const shown = ({ frameworkId, role, agentId, resources: of }: Allocation) =>
  `${frameworkId} ${role} ${agentId} ${of.toString()}`;

const addFramework = (frameworkId: string, role: string): AllocatorCommand => ({
  type: 'add-framework',
  frameworkId,
  framework: {
    roles: [role],
    capabilities: ['MULTI_ROLE'],
    suppressedRoles: [],
    minAllocatable: new Map([[role, [Quantities.of({ cpus: 500 })]]]),
  },
  used: new Map(),
  active: true,
});

const addAgent = (agentId: string, total: string): AllocatorCommand => ({
  type: 'add-agent',
  agentId,
  agent: { hostname: agentId, attributes: [], capabilities: ['MULTI_ROLE', 'RESERVATION_REFINEMENT'] },
  total: resources(total),
  used: new Map(),
});

test(`a thread makes the same offers (seed ${SEED})`, async () => {
  const random = new SeededRandom(`${SEED}`);
  const sides = [inProcess(), inThread()] as const;
  const [here, there] = sides;
  const settled = async () => {
    for (const { time } of sides) time.advance(0);
    await vi.waitFor(() => expect(there.runs).toBe(here.runs), { timeout: 15_000, interval: 1 });
    expect(there.offers.map(shown)).toEqual(here.offers.map(shown));
  };
  const tell = (command: AllocatorCommand) => sides.forEach(({ host }) => host.handle(command));

  tell({ type: 'update-weights', weights: new Map([['prod', 2]]) });
  for (let i = 0; i < 6; i++) tell(addFramework(`f${i}`, ['dev', 'prod', 'ops'][i % 3] ?? 'dev'));
  await settled();
  let offered = 0;
  for (let round = 0; round < ROUNDS; round++) {
    if (round % 3 === 0) tell(addAgent(`a${round}`, 'cpus:4;mem:4096;ports:[1-9];disk(prod):100'));
    const given = here.offers.splice(0);
    there.offers.splice(0);
    offered += given.length;
    for (const { frameworkId, agentId, resources: of } of given) {
      // Some are kept; of the others some are refused for a while.
      const dice = random.float();
      if (dice < 0.05) continue;
      tell({ type: 'recover', frameworkId, agentId, resources: of, ...(dice < 0.3 && { refuseSeconds: 3 }) });
    }
    await settled();
    for (const { time } of sides) time.advance(INTERVAL_MS);
    await settled();
  }
  expect(offered).toBeGreaterThan(ROUNDS);
  const question = { frameworkId: 'f0', agentId: 'a0' };
  const [mine, theirs] = await Promise.all(sides.map(({ host }) => host.explain(question)));
  expect(theirs).toEqual(mine);
  await vi.waitFor(
    () => {
      for (const { time } of sides) time.advance(INTERVAL_MS);
      expect(there.host.roles.map(({ role }) => role)).toEqual(['dev', 'ops', 'prod']);
    },
    { timeout: 15_000 },
  );
});

test('offers of an agent that was removed meanwhile are not made, even if it is back', async () => {
  const { host, time, offers } = inThread();
  host.handle(addFramework('f', 'dev'));
  host.handle(addAgent('a', 'cpus:4'));
  time.advance(0);
  host.handle({ type: 'remove-agent', agentId: 'a' });
  host.handle(addAgent('a', 'cpus:2'));
  time.advance(0);
  const isMade = () => expect(offers.map(shown)).toEqual([`f dev a ${resources('cpus:2', 'dev').toString()}`]);
  await vi.waitFor(isMade, { timeout: 15_000, interval: 5 });
});

test('a thread that breaks is reported, and questions are refused', async () => {
  const failures: Error[] = [];
  const { host, time } = inThread((error) => void failures.push(error));
  const answer = host.explain({ frameworkId: 'f0' });
  host.handle({ type: 'remove-framework', frameworkId: 'never added' });
  host.handle({ type: 'activate-agent', agentId: 'never added' });
  time.advance(0);
  await answer;
  await vi.waitFor(() => expect(failures).toHaveLength(1), { timeout: 15_000 });
  await expect(host.explain({ frameworkId: 'f0' })).rejects.toThrow('the allocator has ended');
});
