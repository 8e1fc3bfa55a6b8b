// The scalability experiment of the Mesos paper (NSDI'11, section 6.5) on virtual time, with the allocator that the
// master runs: agents that hold two tasks at most, frameworks that start one task on every agent they are offered, and a
// full cluster in which newcomers ask for a single task.
import { createAllocator } from '@mini-mesos/allocator';
import { Resources } from '@mini-mesos/resources';
import { Heap } from './heap.mjs';

const ROLE = '*';
const TASKS_PER_AGENT = 2;
/** Normal distribution of how long tasks run, in milliseconds. */
const TASK_MEAN_MS = 30_000;
const TASK_DEVIATION_MS = 10_000;
const TASK_MIN_MS = 1_000;
const NEWCOMER_TASK_MS = 10_000;

const FRAMEWORK = { roles: [ROLE], capabilities: ['MULTI_ROLE'], suppressedRoles: [], minAllocatable: new Map() };
const AGENT_CAPABILITIES = ['MULTI_ROLE', 'HIERARCHICAL_ROLE', 'RESERVATION_REFINEMENT'];

const amount = (cpus) => {
  const parsed = Resources.parse(`cpus:${cpus};mem:${cpus * 1024}`);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
};

/**
 * `isEventDriven`: a newcomer does not wait for the next interval, as in today's Mesos; without it, as in the paper.
 * Gives what happened after the warm-up: waits of newcomers and durations of cycles in milliseconds, and the part of all
 * places for tasks that was taken.
 */
export function simulate({ agents, frameworks, newcomers, intervalMs, warmUpMs, measuredMs, isEventDriven, random }) {
  const world = new World({ intervalMs, random, places: agents * TASKS_PER_AGENT });
  for (let i = 0; i < frameworks; i++) world.addFramework(`f${i}`);
  for (let i = 0; i < agents; i++) world.addAgent(`a${i}`);
  const endMs = warmUpMs + measuredMs;
  const everyMs = measuredMs / newcomers;
  const arrivals = Array.from({ length: newcomers }, (_, i) => warmUpMs + (i + random()) * everyMs);
  for (let tickMs = 0; tickMs < endMs; tickMs += intervalMs) {
    world.cycle(tickMs, { isTick: true });
    while (arrivals.length > 0 && arrivals[0] < tickMs + intervalMs) {
      const atMs = arrivals.shift();
      world.finishUntil(atMs);
      world.addNewcomer(atMs);
      if (isEventDriven) world.cycle(atMs, { isTick: false });
    }
    world.finishUntil(tickMs + intervalMs);
    if (tickMs === Math.floor(warmUpMs / intervalMs) * intervalMs) world.beginMeasuring(tickMs);
  }
  return world.result(endMs);
}

class World {
  #allocator;
  #random;
  #places;
  #running = new Heap();
  #nowMs = 0;
  #taken = 0;
  #takenMs = 0;
  #measuredFromMs = 0;
  #newcomers = new Map();
  #waitsMs = [];
  #cyclesMs = [];
  #launched = 0;
  #arrived = 0;
  #one = amount(1).allocate(ROLE);
  #agent = amount(TASKS_PER_AGENT);

  constructor({ intervalMs, random, places }) {
    this.#allocator = createAllocator({ seed: 1, allocationIntervalMs: intervalMs });
    this.#random = random;
    this.#places = places;
  }

  addFramework(frameworkId) {
    const command = { type: 'add-framework', frameworkId, framework: FRAMEWORK, used: new Map(), active: true };
    this.#allocator.handle(command, this.#nowMs);
  }

  addAgent(agentId) {
    const agent = { hostname: agentId, attributes: [], capabilities: AGENT_CAPABILITIES };
    this.#allocator.handle({ type: 'add-agent', agentId, agent, total: this.#agent, used: new Map() }, this.#nowMs);
  }

  addNewcomer(nowMs) {
    this.#advance(nowMs);
    const frameworkId = `newcomer-${(this.#arrived += 1)}`;
    this.#newcomers.set(frameworkId, nowMs);
    this.addFramework(frameworkId);
  }

  /** Offers are answered at once: one task on every agent, the rest declined. */
  cycle(nowMs, { isTick }) {
    this.#advance(nowMs);
    const startedMs = performance.now();
    if (isTick) this.#allocator.tick(nowMs);
    const offers = this.#allocator.allocate(nowMs);
    this.#cyclesMs.push(performance.now() - startedMs);
    for (const { frameworkId, agentId, resources } of offers) this.#answer(frameworkId, agentId, resources);
  }

  #answer(frameworkId, agentId, resources) {
    const arrivedMs = this.#newcomers.get(frameworkId);
    if (arrivedMs === undefined && frameworkId.startsWith('newcomer')) {
      return this.#recover(frameworkId, agentId, resources, 3600);
    }
    const rest = resources.minus(this.#one);
    if (!rest.isEmpty) this.#recover(frameworkId, agentId, rest);
    this.#launched += 1;
    this.#taken += 1;
    if (arrivedMs === undefined) {
      this.#running.push(this.#nowMs + this.#taskMs(), { frameworkId, agentId });
      return undefined;
    }
    this.#waitsMs.push(this.#nowMs - arrivedMs);
    this.#newcomers.delete(frameworkId);
    this.#running.push(this.#nowMs + NEWCOMER_TASK_MS, { frameworkId, agentId, isLast: true });
    this.#allocator.handle({ type: 'suppress', frameworkId, roles: [] }, this.#nowMs);
    return undefined;
  }

  finishUntil(untilMs) {
    while (this.#running.firstKey < untilMs) {
      this.#advance(this.#running.firstKey);
      const { frameworkId, agentId, isLast } = this.#running.pop();
      this.#recover(frameworkId, agentId, this.#one);
      this.#taken -= 1;
      if (isLast) this.#allocator.handle({ type: 'remove-framework', frameworkId }, this.#nowMs);
    }
    this.#advance(untilMs);
  }

  beginMeasuring(nowMs) {
    this.#advance(nowMs);
    this.#takenMs = 0;
    this.#measuredFromMs = this.#nowMs;
    this.#cyclesMs = [];
    this.#launched = 0;
  }

  result(endMs) {
    const spanMs = this.#nowMs - this.#measuredFromMs;
    return {
      waitsMs: this.#waitsMs,
      cyclesMs: this.#cyclesMs,
      utilisation: this.#takenMs / (spanMs * this.#places),
      launchesPerSecond: (this.#launched / spanMs) * 1000,
      unserved: this.#newcomers.size,
      endMs,
    };
  }

  #recover(frameworkId, agentId, resources, refuseSeconds = 0) {
    this.#allocator.handle({ type: 'recover', frameworkId, agentId, resources, refuseSeconds }, this.#nowMs);
  }

  #advance(toMs) {
    if (toMs <= this.#nowMs) return;
    this.#takenMs += this.#taken * (toMs - this.#nowMs);
    this.#nowMs = toMs;
  }

  #taskMs() {
    const normal = Math.sqrt(-2 * Math.log(1 - this.#random())) * Math.cos(2 * Math.PI * this.#random());
    return Math.max(TASK_MIN_MS, TASK_MEAN_MS + TASK_DEVIATION_MS * normal);
  }
}
