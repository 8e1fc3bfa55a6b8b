// Goal: the world keeps its own rules, or nothing that is found in it counts. Method: many seeds of each rule.
import { expect, test } from 'vitest';
import { SeededRandom } from '@mini-mesos/daemon';
import { AgentDisk } from '../src/world/agent-disk.js';
import { Network } from '../src/world/network.js';
import { SimProcess } from '../src/world/process.js';
import { EventQueue } from '../src/world/queue.js';
import { World } from '../src/world/world.js';

const SEEDS = Array.from({ length: 30 }, (_, index) => index + 1);

test('what is to happen comes in order of time, then of scheduling, and without what was cancelled', () => {
  for (const seed of SEEDS) {
    const random = new SeededRandom(seed);
    const queue = new EventQueue();
    const entries = Array.from({ length: 200 }, () => queue.add(random.below(20), () => undefined));
    const kept = entries.filter(() => random.float() < 0.7);
    for (const entry of entries) if (!kept.includes(entry)) entry.run = undefined;
    const taken = Array.from({ length: kept.length }, () => queue.take());
    expect(taken).toEqual(kept.toSorted((a, b) => a.atMs - b.atMs || a.order - b.order));
    expect(queue.take()).toBeUndefined();
  }
});

test('a stream delivers a prefix of what was sent, in order, through delays, partitions, pauses and breaks', async () => {
  for (const seed of SEEDS) {
    const world = new World(seed);
    const random = world.random('test');
    const network = new Network(world, { delayMaxMs: 50, spikeShare: 0.2, spikeMaxMs: 2_000, requestLossShare: 0 });
    const [client, server] = [new SimProcess(world, 'client'), new SimProcess(world, 'server')];
    for (const process of [client, server]) process.start();
    const heard: number[] = [];
    network.listen('server:1', server, {
      request: () => undefined,
      open: (_payload, stream) => {
        const end = stream.accept('id', () => undefined);
        for (let number = 0; number < 100; number += 1) world.after(number * 20, () => end.send(number));
      },
    });
    network.open(
      client,
      'server:1',
      {},
      {
        opened: () => undefined,
        refused: () => undefined,
        closed: () => undefined,
        message: (number) => heard.push(number as number),
      },
    );
    world.after(2_000 * random.float(), () => {
      const heal = network.partition({ names: new Set(['client']), direction: 'both' });
      world.after(1_000, heal);
    });
    world.after(2_000 * random.float(), () => client.pause());
    world.after(3_000, () => client.resume());
    if (seed % 3 === 0) world.after(3_000 * random.float(), () => network.pickStream()?.break());
    while (await world.step(120_000));
    expect(heard).toEqual(Array.from({ length: heard.length }, (_, index) => index));
    const isWhole = seed % 3 !== 0 && network.streams.size > 0;
    if (isWhole) expect(heard).toHaveLength(100);
  }
});

test('nothing of a process reaches the one that is started after it', async () => {
  const world = new World(1);
  const process = new SimProcess(world, 'p');
  const ran: string[] = [];
  process.start();
  process.after(10, () => ran.push('timer of the first'));
  process.crash('test');
  process.start();
  process.after(10, () => ran.push('timer of the second'));
  while (await world.step(100));
  expect(ran).toEqual(['timer of the second']);
});

test('a machine that loses its power keeps what was synced, and any part of the rest', () => {
  const lengths = new Set<number>();
  for (const seed of SEEDS) {
    const disk = new AgentDisk(new SeededRandom(seed));
    disk.append(Buffer.from('synced'));
    disk.sync();
    disk.append(Buffer.from('unsynced'));
    disk.losePower();
    expect('syncedunsynced'.startsWith(disk.journal.toString())).toBe(true);
    expect(disk.journal.length).toBeGreaterThanOrEqual(6);
    lengths.add(disk.journal.length);
  }
  expect(lengths.size).toBeGreaterThan(3);
});
