// Goal: what a registrar said is stored is there for the next master, whenever this one dies; what it did not say is
// there whole or not at all. Method: a disk that dies at each of its writes in turn.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ManualTime, MetricsRegistry } from '@mini-mesos/daemon';
import { applyRegistryOperation, emptyRegistry } from '../../src/core/registry/registry.js';
import type { Registry } from '../../src/core/registry/registry.js';
import type { RegistryOperation } from '../../src/core/registry/operations.js';
import { Registrar } from '../../src/shell/store/registrar.js';
import { HEAD, logName, seal } from '../../src/shell/store/records.js';
import { RegistryError } from '../../src/shell/store/storage.js';
import type { RegistryStorage } from '../../src/shell/store/storage.js';
import { Disk } from './support/disk.js';
import { agentInfo, anyOperation } from './support/operations.js';

class Master {
  readonly registrar: Registrar;
  readonly metrics = new MetricsRegistry();
  readonly failures: RegistryError[] = [];
  readonly time = new ManualTime();
  stored = 0;
  #failed: () => void = () => undefined;

  constructor(storage: RegistryStorage, compactMinBytes?: number) {
    this.registrar = new Registrar(storage, {
      metrics: this.metrics,
      timers: this.time,
      fetchTimeoutMs: 60_000,
      storeTimeoutMs: 20_000,
      compactMinBytes,
      onFailure: (error) => {
        this.failures.push(error);
        this.#failed();
      },
    });
  }

  /** Gives the operations one after the other, some at once. Resolves when all are stored or the storage has died. */
  store(operations: readonly RegistryOperation[], atOnce: number): Promise<void> {
    return new Promise((resolve) => {
      const rest = [...operations];
      const next = (): void => {
        const some = rest.splice(0, atOnce);
        let waiting = some.length;
        for (const operation of some) {
          this.registrar.apply(operation, () => {
            this.stored += 1;
            waiting -= 1;
            if (waiting === 0) next();
          });
        }
        if (some.length === 0) resolve();
      };
      this.#failed = resolve;
      if (this.failures.length > 0) resolve();
      next();
    });
  }
}

const after = (operations: readonly RegistryOperation[]): Registry => {
  const registry = emptyRegistry();
  for (const operation of operations) applyRegistryOperation(registry, operation);
  return registry;
};

const admit = (id: string, text = ''): RegistryOperation => ({
  type: 'admit-agent',
  agent: agentInfo(id, { hostname: `${id}${text}` }),
});

describe('a registrar', () => {
  test('says that operations are stored, in order, and the next one finds them', async () => {
    const disk = new Disk();
    const first = new Master(disk.attach());
    expect(await first.registrar.recover('first')).toEqual(emptyRegistry());
    const operations = [admit('S0'), admit('S1'), { type: 'remove-agent', agent: 'S0' } as RegistryOperation];
    await first.store(operations, 3);
    // What comes in one turn is one write.
    expect({ stored: first.stored, writes: disk.writes }).toEqual({ stored: 3, writes: 2 });
    expect(await new Master(disk.attach()).registrar.recover('second')).toEqual(after(operations));
    expect((await first.metrics.snapshot())['registrar/state_store_ms']).toBeGreaterThan(0);
    expect(first.registrar.view).toMatchObject({ queuedOperations: 0, ensembleSize: 1 });
  });

  test('whose place was taken fails, once, and stores nothing more', async () => {
    const disk = new Disk();
    const first = new Master(disk.attach());
    await first.registrar.recover('first');
    await first.store([admit('S0')], 1);
    const second = new Master(disk.attach());
    await second.registrar.recover('second');
    await first.store([admit('S1'), admit('S2')], 1);
    expect({ stored: first.stored, problems: first.failures.map(({ problem }) => problem) }).toEqual({
      stored: 1,
      problems: ['fenced'],
    });
    await second.store([admit('S3')], 1);
    const third = await new Master(disk.attach()).registrar.recover('third');
    expect([...third.agents.keys()]).toEqual(['S0', 'S3']);
  });

  test('gives up a write that hangs', async () => {
    const storage = new Disk().attach();
    const master = new Master(storage);
    await master.registrar.recover('first');
    storage.write = () => new Promise(() => undefined);
    const stored = master.store([admit('S0')], 1);
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    await master.time.advanceAndSettle(20_000);
    await stored;
    expect(master.failures[0]).toMatchObject({ problem: 'unavailable' });
    expect(master.failures[0]?.message).toContain('hangs for 20000 ms');
  });

  test('cuts what is too large for one record', async () => {
    const disk = new Disk();
    const master = new Master(disk.attach({ recordMaxBytes: 100 }));
    await master.registrar.recover('first');
    const operations = [admit('S0', 'x'.repeat(1_000)), admit('S1')];
    await master.store(operations, 1);
    expect(disk.records.size).toBeGreaterThan(10);
    expect(await new Master(disk.attach()).registrar.recover('second')).toEqual(after(operations));
  });

  test('writes a snapshot when the log has grown, and removes what it replaces', async () => {
    const disk = new Disk();
    const master = new Master(disk.attach(), 4_000);
    await master.registrar.recover('first');
    const operations = Array.from({ length: 300 }, (_, i) => admit(`S${i % 10}`));
    await master.store(operations, 3);
    expect(disk.records.size).toBeLessThan(60);
    expect([...disk.records.keys()].some((name) => name.startsWith('snapshot-'))).toBe(true);
    expect(await new Master(disk.attach()).registrar.recover('second')).toEqual(after(operations));
  });
});

test('a log of very many short entries is cut, and read', async () => {
  const disk = new Disk();
  const master = new Master(disk.attach());
  await master.registrar.recover('first');
  const operations = Array.from({ length: 10_500 }, (_, i): RegistryOperation => {
    return { type: 'remove-framework', framework: `F${i % 7}` as never, atMs: i };
  });
  await master.store(operations, 1);
  await disk.quiet();
  expect(disk.records.size).toBeLessThan(1_000);
  expect(await new Master(disk.attach()).registrar.recover('second')).toEqual(after(operations));
}, 60_000);

test('a master that dies at any write loses nothing that it said was stored', async () => {
  const settings = fc.record({
    operations: fc.array(anyOperation, { minLength: 1, maxLength: 10 }),
    atOnce: fc.integer({ min: 1, max: 5 }),
    recordMaxBytes: fc.constantFrom(150, 512 * 1024),
    isDone: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(settings, async ({ operations, atOnce, recordMaxBytes, isDone }) => {
      const small = 300;
      for (let diesAt = 2; ; diesAt += 1) {
        const disk = new Disk();
        const first = new Master(disk.attach({ diesAt, isDone, recordMaxBytes }), small);
        await first.registrar.recover('first');
        await first.store(operations, atOnce);
        await disk.quiet();
        const hasDied = first.failures.length > 0;
        const second = new Master(disk.attach({ recordMaxBytes }), small);
        const found = await second.registrar.recover('second');
        const possible = Array.from({ length: atOnce + 1 }, (_, more) =>
          after(operations.slice(0, Math.min(first.stored + more, operations.length))),
        );
        expect(possible).toContainEqual(found);
        // The next one can write, whatever was left lying about.
        await second.store([admit('S9')], 1);
        expect(second.failures).toEqual([]);
        if (!hasDied) break;
      }
    }),
    { numRuns: 60 },
  );
});

describe('a registry', () => {
  const written = async (): Promise<Disk> => {
    const disk = new Disk();
    const master = new Master(disk.attach());
    await master.registrar.recover('first');
    for (const id of ['S0', 'S1', 'S2']) await master.store([admit(id)], 1);
    return disk;
  };
  const recovery = (disk: Disk): Promise<Registry> => new Master(disk.attach()).registrar.recover('next');
  const entry = (sequence: number): string => logName(sequence, { piece: 0, pieces: 1 });

  test('with a damaged record is refused', async () => {
    for (const name of [HEAD, entry(2)]) {
      const disk = await written();
      const record = Buffer.from(disk.records.get(name) ?? '');
      record[record.length - 2] = (record.at(-2) ?? 0) ^ 1;
      disk.records.set(name, record);
      await expect(recovery(disk)).rejects.toMatchObject({ problem: 'corrupt' });
      disk.records.set(name, record.subarray(0, 20));
      await expect(recovery(disk)).rejects.toMatchObject({ problem: 'corrupt' });
    }
  });

  test('with a missing record, or two that changed places, is refused', async () => {
    for (const name of [HEAD, entry(2)]) {
      const disk = await written();
      disk.records.delete(name);
      await expect(recovery(disk)).rejects.toMatchObject({ problem: 'corrupt' });
    }
    const disk = await written();
    const [one, two] = [disk.records.get(entry(1)), disk.records.get(entry(2))];
    disk.records.set(entry(1), two ?? Buffer.alloc(0)).set(entry(2), one ?? Buffer.alloc(0));
    await expect(recovery(disk)).rejects.toMatchObject({ problem: 'corrupt' });
  });

  test('of a newer program is refused, by its format or by what it holds', async () => {
    const disk = await written();
    disk.records.set(entry(4), seal(entry(4), '{"type":"paint-agent"}\n'));
    await expect(recovery(disk)).rejects.toMatchObject({ problem: 'newer' });
    const other = await written();
    const head = other.records.get(HEAD)?.toString() ?? '';
    other.records.set(HEAD, Buffer.from(head.replace('mini-mesos-registry 1 ', 'mini-mesos-registry 2 ')));
    await expect(recovery(other)).rejects.toThrow(/has format 2, this program reads up to 1: run a version/);
  });

  test('is text that a person can read', async () => {
    const disk = await written();
    const [header, line] = (disk.records.get(entry(1)) ?? '').toString().split('\n');
    expect(header).toMatch(/^mini-mesos-registry 1 \d{10}$/);
    expect(JSON.parse(line ?? '')).toMatchObject({
      type: 'admit-agent',
      agent: { id: { value: 'S0' }, hostname: 'S0' },
    });
  });
});
