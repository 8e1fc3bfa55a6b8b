// Goal: logs are JSON lines at the wanted level, in the wanted places; the level of all children follows a toggle.
// Method: a stream that collects lines, and a real directory.
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLog, ManualTime, OncePerCause, silentLogger } from '@mini-mesos/daemon';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'log-'));
});
afterAll(() => rm(directory, { recursive: true }));

type Line = Record<string, unknown>;

function collecting(options: Partial<Parameters<typeof createLog>[0]> = {}) {
  const lines: Line[] = [];
  const time = new ManualTime();
  const stream = { write: (text: string) => void lines.push(JSON.parse(text) as Line) };
  return { lines, time, log: createLog({ name: 'mesos-master', timers: time, stream, ...options }) };
}

const messages = (lines: readonly Line[]) => lines.map(({ msg }) => msg);

describe('lines', () => {
  test('carry name, level, fields and message', () => {
    const { lines, log } = collecting();
    log.logger.child({ framework_id: 'f' }).warn({ agent_id: 'a' }, 'agent removed');
    log.logger.error({ err: new Error('broken') }, 'failed');
    log.logger.info('plain');
    expect(lines).toMatchObject([
      { name: 'mesos-master', level: 40, framework_id: 'f', agent_id: 'a', msg: 'agent removed' },
      { level: 50, err: { message: 'broken' }, msg: 'failed' },
      { level: 30, msg: 'plain' },
    ]);
  });

  test('below the level are dropped, and need not be made', () => {
    const { lines, log } = collecting({ level: 'warn' });
    for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const) log.logger[level](level);
    expect(messages(lines)).toEqual(['warn', 'error', 'fatal']);
    expect([log.logger.isEnabled('info'), log.logger.isEnabled('warn')]).toEqual([false, true]);
  });

  test('of the silent level and logger go nowhere', () => {
    const { lines, log } = collecting({ level: 'silent' });
    log.logger.fatal('x');
    silentLogger.child({}).fatal('x');
    expect([lines, log.logger.isEnabled('fatal'), silentLogger.isEnabled('fatal')]).toEqual([[], false, false]);
  });
});

describe('toggling', () => {
  test('raises the level of children made before, and falls back after the time', () => {
    const { lines, time, log } = collecting();
    const child = log.logger.child({});
    log.toggle.set(1, 10_000);
    child.debug('debug');
    child.trace('too fine');
    expect([messages(lines), log.toggle.verbosity]).toEqual([['debug'], 1]);
    log.toggle.set(3, 10_000);
    child.trace('trace');
    time.advance(9_999);
    expect(log.toggle.verbosity).toBe(3);
    time.advance(1);
    child.debug('over');
    expect([messages(lines), log.toggle.verbosity, time.armedCount]).toEqual([['debug', 'trace'], 0, 0]);
  });

  test('0 falls back at once, and a second setting replaces the time of the first', () => {
    const { time, log } = collecting();
    log.toggle.set(2, 1000);
    log.toggle.set(1, 5000);
    time.advance(2000);
    expect(log.toggle.verbosity).toBe(1);
    log.toggle.set(0, 1000);
    expect([log.toggle.verbosity, time.armedCount]).toEqual([0, 0]);
  });

  test('never makes a chatty level quieter', () => {
    const { lines, log } = collecting({ level: 'trace' });
    log.toggle.set(1, 1000);
    log.logger.trace('still');
    expect(messages(lines)).toEqual(['still']);
  });
});

describe('the file', () => {
  test('is made in log_dir, gets what stderr gets, and is opened anew after it was moved', async () => {
    const { lines, log } = collecting({ logDir: join(directory, 'deep', 'er') });
    log.logger.info('one');
    const file = log.file ?? '';
    expect(file).toBe(join(directory, 'deep', 'er', 'mesos-master.log'));
    await rename(file, `${file}.1`);
    log.reopen();
    log.logger.info('two');
    log.close();
    const inFile = async (path: string) =>
      messages(
        (await readFile(path, 'utf8'))
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as Line),
      );
    expect([await inFile(`${file}.1`), await inFile(file), messages(lines)]).toEqual([
      ['one'],
      ['two'],
      ['one', 'two'],
    ]);
  });

  test('is all that quiet leaves', async () => {
    const { lines, log } = collecting({ logDir: directory, name: 'quiet', quiet: true });
    log.logger.info('hidden');
    log.close();
    expect(lines).toEqual([]);
    expect(await readFile(join(directory, 'quiet.log'), 'utf8')).toContain('hidden');
  });

  test('a directory that cannot be made is an error with its path', () => {
    expect(() => collecting({ logDir: '/dev/null/x' })).toThrow('/dev/null/x');
  });
});

test('on a terminal lines are for people', () => {
  const lines: string[] = [];
  const stream = { write: (text: string) => void lines.push(text) };
  const { logger } = createLog({ name: 'mesos-master', pretty: true, stream });
  logger.info({ agent_id: 'a' }, 'agent registered');
  expect(lines.join('')).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] INFO: agent registered\n +agent_id: "a"\n$/);
});

describe('once per cause', () => {
  test('the first time, and again after it was over', () => {
    const once = new OncePerCause();
    expect([once.first('disk full'), once.first('disk full'), once.first('other')]).toEqual([true, false, true]);
    expect([once.forget('disk full'), once.first('disk full'), once.forget('never')]).toEqual([2, true, 0]);
  });

  test('is bounded: what was met longest ago is forgotten', () => {
    const once = new OncePerCause({ causesMax: 2 });
    for (const cause of ['a', 'b', 'a', 'c']) once.first(cause);
    expect([once.first('a'), once.first('b')]).toEqual([false, true]);
  });
});
