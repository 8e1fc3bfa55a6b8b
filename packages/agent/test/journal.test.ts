// Goal: what was written down is read again, whatever a crash, a full disk or a bad sector did to the file. Method: real
// files in a temporary directory, cut at every byte, damaged at random, and written anew while they grow.
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { link, TaskState } from '@mini-mesos/proto';
import type { CheckpointRecord } from '../src/core/checkpoint/records.js';
import { readRecord, recordText } from '../src/core/checkpoint/text.js';
import { Journal, readJournal } from '../src/shell/meta/journal.js';
import { crc32, journalLine, parseJournal } from '../src/shell/meta/journal-format.js';
import { MetaStore } from '../src/shell/meta/meta-store.js';
import { customExecutor, FRAMEWORK_ID, frameworkInfo, taskInfo, uuid } from './support/harness.js';
import { temporaryDirectory } from './support/launcher-world.js';

const directory = temporaryDirectory();
afterAll(() => rmSync(directory, { recursive: true, force: true }));
let serial = 0;
const fresh = () => `${directory}/${(serial += 1)}/journal`;

const ids = { frameworkId: FRAMEWORK_ID, executorId: 'custom' };
const info = frameworkInfo({ checkpoint: true });
const start: CheckpointRecord[] = [
  { type: 'framework', info },
  { type: 'executor', frameworkId: FRAMEWORK_ID, info: customExecutor, kind: 'custom', containerId: 'c-1' },
];
const task = (id: string): CheckpointRecord => ({ type: 'tasks', ...ids, tasks: [taskInfo(id)], isGroup: false });
const updateOf = (id: string, state: TaskState, fill: number): link.StatusUpdate => ({
  framework_id: { value: FRAMEWORK_ID },
  status: { task_id: { value: id }, state, uuid: uuid(fill) },
  latest_state: state,
});
const update = (id: string, state: TaskState, fill: number): CheckpointRecord => ({
  type: 'update',
  update: updateOf(id, state, fill),
});
const acknowledged = (taskId: string, fill: number): CheckpointRecord => ({
  type: 'acknowledged',
  frameworkId: FRAMEWORK_ID,
  taskId,
  uuid: Buffer.from(uuid(fill)).toString('hex'),
});

function written(records: readonly CheckpointRecord[], path = fresh()): string {
  const journal = new Journal(path, readJournal(path));
  journal.append(records);
  journal.close();
  return path;
}

const summary = (path: string) => {
  const { book } = readJournal(path);
  return {
    tasks: [...(book.frameworks.get(FRAMEWORK_ID)?.executors.get('custom')?.tasks.values() ?? [])].map(
      ({ task: { task_id, state } }) => [task_id.value, state],
    ),
    pending: [...book.streams.values()].flatMap(({ pending }) => pending.map(({ status }) => status.state)),
  };
};

const scene: CheckpointRecord[] = [
  ...start,
  task('a'),
  task('b'),
  { type: 'delivered', ...ids, taskIds: ['a'] },
  update('a', 'TASK_STARTING', 1),
  update('a', 'TASK_RUNNING', 2),
  acknowledged('a', 1),
  update('b', 'TASK_FINISHED', 3),
  acknowledged('b', 3),
];

describe('a journal', () => {
  it('uses the checksum that everybody uses', () => {
    expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
  });

  it('gives back every record as it was', () => {
    for (const record of scene) {
      expect(recordText(readRecord(recordText(record)))).toBe(recordText(record));
    }
  });

  it('comes to what still matters', () => {
    expect(summary(written(scene))).toEqual({ tasks: [['a', 'TASK_RUNNING']], pending: ['TASK_RUNNING'] });
  });

  it('cut at any byte gives the records that are whole, and goes on behind them', () => {
    const lines = scene.map((record) => journalLine(recordText(record)));
    const whole = Buffer.concat(lines);
    for (let length = 0; length <= whole.length; length += 7) {
      const parsed = parseJournal(whole.subarray(0, length));
      let good = 0;
      let count = 0;
      for (const line of lines) {
        if (good + line.length > length) break;
        good += line.length;
        count += 1;
      }
      expect([parsed.texts.length, parsed.goodBytes, parsed.damaged]).toEqual([count, good, 0]);
    }
    const path = written(scene.slice(0, 4));
    appendFileSync(path, whole.subarray(0, 30));
    expect(readJournal(path).tornBytes).toBe(30);
    written(scene.slice(4), path);
    expect(readJournal(path)).toMatchObject({ tornBytes: 0, damaged: 0 });
    expect(summary(path)).toEqual(summary(written(scene)));
  });

  it('with bytes changed at random is read without an error, and never gives a record that was not written', () => {
    const texts = scene.map(recordText);
    const whole = Buffer.concat(texts.map(journalLine));
    const change = fc.record({ at: fc.nat(whole.length - 1), byte: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 20 }), (changes) => {
        const bytes = Buffer.from(whole);
        for (const { at, byte } of changes) bytes[at] = byte;
        expect(parseJournal(bytes).texts.filter((text) => !texts.includes(text))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('is written anew when most of it is over, and stays small', () => {
    const path = written(start);
    const journal = new Journal(path, readJournal(path));
    let largest = 0;
    for (let round = 0; round < 6_000; round += 1) {
      const id = `t${round}`;
      journal.append([task(id), update(id, 'TASK_FINISHED', 9), acknowledged(id, 9)]);
      if (round % 100 === 0) largest = Math.max(largest, statSync(path).size);
    }
    journal.append([task('last'), update('last', 'TASK_RUNNING', 8)]);
    journal.close();
    expect(largest).toBeLessThan(1.3 * 1024 * 1024);
    expect(summary(path)).toEqual({ tasks: [['last', 'TASK_RUNNING']], pending: ['TASK_RUNNING'] });
    expect(existsSync(`${path}.new`)).toBe(false);
  });

  it('comes to the same after it was written anew (B2), whatever it held', () => {
    const record = fc.oneof(
      fc.nat(3).map((n) => task(`t${n}`)),
      fc.nat(3).map((n): CheckpointRecord => ({ type: 'delivered', ...ids, taskIds: [`t${n}`] })),
      fc
        .record({ n: fc.nat(3), fill: fc.nat(9), state: fc.constantFrom<TaskState>('TASK_RUNNING', 'TASK_FINISHED') })
        .map(({ n, fill, state }) => update(`t${n}`, state, fill)),
      fc.record({ n: fc.nat(3), fill: fc.nat(9) }).map(({ n, fill }) => acknowledged(`t${n}`, fill)),
      fc.constantFrom<CheckpointRecord>(
        ...start,
        { type: 'executor-ending', ...ids },
        { type: 'executor-ended', ...ids },
        { type: 'executor-removed', ...ids },
        { type: 'framework-ending', frameworkId: FRAMEWORK_ID },
        { type: 'drain', config: {}, startedMs: 5 },
        { type: 'drained' },
        { type: 'process', ...ids, process: { taskId: 't1', containerId: 'x', kill: { startedMs: 1, deadlineMs: 2 } } },
      ),
    );
    fc.assert(
      fc.property(fc.array(record, { maxLength: 40 }), (records) => {
        const one = readJournal(written([...start, ...records])).book.snapshot();
        const two = readJournal(written(one)).book.snapshot();
        expect(two.map(recordText)).toEqual(one.map(recordText));
      }),
      { numRuns: 100 },
    );
  });
});

describe('what an agent remembers', () => {
  const agent = { hostname: 'h', port: 5051, id: { value: 'S1' } };

  function remembering(): { workDir: string; store: MetaStore; journal: string } {
    const workDir = `${directory}/${(serial += 1)}`;
    mkdirSync(workDir);
    const store = new MetaStore({ workDir, bootId: 'boot-1' });
    expect(store.recover({ strict: true })).toEqual({ remembered: undefined, warnings: [] });
    store.begin();
    store.adopt(agent);
    store.append(scene);
    return { workDir, store, journal: `${workDir}/meta/slaves/S1/journal` };
  }

  const again = (workDir: string, bootId = 'boot-1') => new MetaStore({ workDir, bootId });

  it('is there for the next run, which goes on writing', () => {
    const { workDir, store } = remembering();
    store.close();
    const next = again(workDir);
    const { remembered } = next.recover({ strict: true });
    expect(remembered).toMatchObject({ info: agent, rebooted: false });
    next.adopt({ ...agent, port: 5052 });
    next.append([acknowledged('a', 2)]);
    next.close();
    const last = again(workDir).recover({ strict: true }).remembered;
    expect(last?.info.port).toBe(5052);
    expect([...(last?.book.streams.values() ?? [])].flatMap(({ pending }) => pending)).toEqual([]);
  });

  it('tells a new start of the machine from a new start of the agent', () => {
    const { workDir } = remembering();
    const next = again(workDir, 'boot-2');
    expect(next.recover({ strict: true }).remembered?.rebooted).toBe(true);
    next.begin();
    expect(again(workDir, 'boot-2').recover({ strict: true }).remembered?.rebooted).toBe(false);
  });

  it('damaged in the middle keeps a strict agent from starting, with the way out', () => {
    const { workDir, journal } = remembering();
    const bytes = readFileSync(journal);
    bytes[bytes.indexOf(0x0a) + 20] = 0;
    writeFileSync(journal, bytes);
    const latest = `${workDir}/meta/slaves/latest`;
    expect(() => again(workDir).recover({ strict: true })).toThrow(
      `1 records of '${journal}' cannot be read; --no-strict goes on without them, or start as a new agent, which ends what still runs here: rm -f ${latest}`,
    );
    expect(again(workDir).recover({ strict: false }).warnings).toEqual([
      `1 records of '${journal}' cannot be read: going on without them`,
    ]);
    // Of what was never synced a crash of the machine may leave anything.
    expect(again(workDir, 'boot-2').recover({ strict: true }).warnings).toHaveLength(1);
  });

  it('without its own description keeps a strict agent from starting, and makes another a new one', () => {
    const { workDir } = remembering();
    writeFileSync(`${workDir}/meta/slaves/S1/slave.info`, '{"hostname":');
    expect(() => again(workDir).recover({ strict: true })).toThrow(/cannot read '.*slave.info'.*rm -f/);
    const lenient = again(workDir).recover({ strict: false });
    expect(lenient.remembered).toBeUndefined();
    expect(lenient.warnings[0]).toMatch(/starting as a new agent/);
  });

  it('is forgotten by an agent that leaves for good', () => {
    const { workDir, store } = remembering();
    store.forget();
    expect(again(workDir).recover({ strict: true }).remembered).toBeUndefined();
  });
});
