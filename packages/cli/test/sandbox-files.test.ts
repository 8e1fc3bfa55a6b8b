// Goal: the files of a task are found and read to the last byte: whole, from their last lines, and while they grow.
// Method: the functions on files in memory; time is advanced by hand.
import { ManualTime } from '@mini-mesos/daemon';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TaskMessage } from '../src/core/cluster/messages.js';
import { findSandbox, pathInSandbox } from '../src/core/sandbox/find-sandbox.js';
import { CommandError } from '../src/errors.js';
import { PIECE_BYTES } from '../src/master-api/agent-files.js';
import type { Piece } from '../src/master-api/agent-files.js';
import { copyToEnd, FileFollower } from '../src/master-api/copy-file.js';
import { startOfLastLines } from '../src/master-api/last-lines.js';

/** One file, which can be missing, grow, and fail to be read. */
class MemoryFile {
  content: Buffer | undefined;
  failures = 0;
  reads = 0;

  constructor(content?: string) {
    this.content = content === undefined ? undefined : Buffer.from(content);
  }

  read(_: string, offset: number): Promise<Piece | undefined> {
    this.reads += 1;
    if (this.failures > 0) {
      this.failures -= 1;
      return Promise.reject(new CommandError('the agent is away'));
    }
    const { content } = this;
    if (!content) return Promise.resolve(undefined);
    return Promise.resolve({ bytes: content.subarray(offset, offset + PIECE_BYTES), size: content.length });
  }
}

const collector = () => {
  const chunks: Buffer[] = [];
  return {
    write: (bytes: Uint8Array) => Promise.resolve(void chunks.push(Buffer.from(bytes))),
    get text() {
      return Buffer.concat(chunks).toString();
    },
  };
};

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

describe('a copy', () => {
  test('of a file of several pieces is whole', async () => {
    const file = new MemoryFile('x'.repeat(PIECE_BYTES * 2 + 17));
    const out = collector();
    expect(await copyToEnd({ files: file, path: '/f', write: out.write })).toBe(PIECE_BYTES * 2 + 17);
    expect(out.text.length).toBe(PIECE_BYTES * 2 + 17);
  });

  test('of what is not there says so', async () => {
    expect(await copyToEnd({ files: new MemoryFile(), path: '/f', write: collector().write })).toBeUndefined();
  });
});

describe('following', () => {
  const follow = (file: MemoryFile) => {
    const time = new ManualTime();
    const out = collector();
    const follower = new FileFollower({ files: file, path: '/f', write: out.write }, time);
    return { time, out, follower };
  };

  test('shows what comes, also of a file that is not there at first, and all of it at the end', async () => {
    const file = new MemoryFile();
    const { time, out, follower } = follow(file);
    await settle();
    file.content = Buffer.from('one\n');
    time.advance(1000);
    await settle();
    expect(out.text).toBe('one\n');
    file.content = Buffer.from('one\ntwo\n');
    await follower.finish();
    expect(out.text).toBe('one\ntwo\n');
  });

  test('ends where there never was a file', async () => {
    const { follower, out } = follow(new MemoryFile());
    await follower.finish();
    expect(out.text).toBe('');
  });

  test('outlasts an agent that is away for a moment', async () => {
    const file = new MemoryFile('one\n');
    file.failures = 3;
    const { time, out, follower } = follow(file);
    for (let look = 0; look < 4; look += 1) {
      await settle();
      time.advance(1000);
    }
    await follower.finish();
    expect(out.text).toBe('one\n');
  });

  test('gives up on an agent that stays away', async () => {
    const file = new MemoryFile('one\n');
    file.failures = 1000;
    const { time, follower } = follow(file);
    const failed = expect(follower.done).rejects.toThrow('the agent is away');
    for (let look = 0; look < 20; look += 1) {
      await settle();
      time.advance(1000);
    }
    await failed;
    expect(file.reads).toBeLessThan(20);
  });

  test('looks less often at a file that does not grow, but at least once a second', async () => {
    const file = new MemoryFile('one\n');
    const { time } = follow(file);
    for (let tick = 0; tick < 100; tick += 1) {
      await settle();
      time.advance(100);
    }
    expect(file.reads).toBeGreaterThanOrEqual(10);
    expect(file.reads).toBeLessThan(20);
  });
});

describe('the last lines', () => {
  const tail = async (content: string, count: number): Promise<string> => {
    const offset = await startOfLastLines(new MemoryFile(content), '/f', count);
    return Buffer.from(content)
      .subarray(offset ?? 0)
      .toString();
  };

  test.each([
    ['a\nb\nc\n', 2, 'b\nc\n'],
    ['a\nb\nc', 2, 'b\nc'],
    ['a\nb\nc\n', 0, ''],
    ['a\nb\nc\n', 9, 'a\nb\nc\n'],
    ['\n\n\n', 1, '\n'],
    ['', 3, ''],
  ])('of %j, %i are %j', async (content, count, expected) => expect(await tail(content, count)).toBe(expected));

  test('are found across pieces', async () => {
    const long = 'y'.repeat(PIECE_BYTES);
    expect(await tail(`first\n${long}\nlast\n`, 2)).toBe(`${long}\nlast\n`);
  });

  test('are what splitting at line ends gives', async () => {
    const content = fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(content, fc.integer({ min: 1, max: 10 }), async (text, count) => {
        const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
        expect(await tail(text, count)).toBe(lines.slice(-count).join(''));
      }),
    );
  });

  test('of what is not there are undefined', async () => {
    expect(await startOfLastLines(new MemoryFile(), '/f', 3)).toBeUndefined();
  });
});

describe('the sandbox', () => {
  const task: TaskMessage = {
    id: 't',
    name: 't',
    framework_id: 'f',
    executor_id: '',
    slave_id: 's',
    state: 'TASK_FINISHED',
    statuses: [{ state: 'TASK_RUNNING', container_status: { container_id: { value: 'c2' } } }],
  };
  const executor = (container: string) => ({ id: 't', container, directory: `/work/${container}` });

  test('is that of the container in which the task ran, where the executor had several', () => {
    const state = { completed_frameworks: [{ id: 'f', completed_executors: [executor('c1'), executor('c2')] }] };
    expect(findSandbox(state, task)).toBe('/work/c2');
  });

  test('of a task of a pod is within that of its executor', () => {
    const container_id = { value: 'nested', parent: { value: 'c9' } };
    const inPod = { ...task, executor_id: 'pod', statuses: [{ state: 'x', container_status: { container_id } }] };
    const executors = [{ id: 'pod', container: 'c9', directory: '/work/c9', type: 'DEFAULT' }];
    expect(findSandbox({ frameworks: [{ id: 'f', executors }] }, inPod)).toBe('/work/c9/tasks/t');
  });

  test('is unknown where the agent forgot the executor', () => {
    expect(findSandbox({ frameworks: [{ id: 'other', executors: [executor('c2')] }] }, task)).toBeUndefined();
    expect(findSandbox({}, task)).toBeUndefined();
  });

  test('is not left by a path', () => {
    expect(pathInSandbox('/work/c2/', '../../etc//passwd')).toBe('/work/c2/etc/passwd');
    expect(pathInSandbox('/work/c2', '')).toBe('/work/c2');
  });
});
