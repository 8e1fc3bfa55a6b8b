// Goal: a whole cluster starts with one command, works, and leaves nothing behind. Method: the built command line with
// its temporary files in a directory of ours.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Running } from './support/running.js';
import { useScene } from './support/scene.js';

const scene = useScene('local');

function temporaryFiles(name: string): { env: { TMPDIR: string }; left: () => string[] } {
  const directory = scene.path(name);
  mkdirSync(directory);
  return {
    env: { TMPDIR: directory },
    left: () => readdirSync(directory).filter((one) => one.startsWith('mini-mesos')),
  };
}

async function addressOf(running: Running): Promise<string> {
  const [, address = ''] = await running.writes('stderr', /runs at (127\.0\.0\.1:\d+)/);
  return address;
}

describe('local', () => {
  test('runs a cluster with a web UI, which Ctrl-C ends with all its tasks', async () => {
    const { env, left } = temporaryFiles('plain');
    const flags = ['--agents=2', '--attributes=os:centos7', '--cluster=mine', '--resources=cpus:2'];
    const local = scene.start(['local', '--port=0', ...flags], { env });
    const address = await addressOf(local);
    await local.writes('stderr', new RegExp(`web UI: +http://${address}/`));
    const master = `--master=${address}`;
    const task = scene.start(['execute', master, '--constraints=os:centos7', '--command=echo on; sleep 60']);
    await task.writes('stdout', /on/);
    const { stdout } = await scene.run(['agents', '--json', master]);
    const agents = JSON.parse(stdout) as { resources: { cpus: number; ports: string } }[];
    expect(agents.map(({ resources: { cpus } }) => cpus)).toEqual([2, 2]);
    expect(new Set(agents.map(({ resources: { ports } }) => ports)).size).toBe(2);
    const state = JSON.parse((await scene.run(['state', '--json', master])).stdout) as { cluster: string };
    expect(state.cluster).toBe('mine');
    expect(left()).not.toEqual([]);
    local.signal('SIGINT');
    expect((await local.finished()).code).toBe(0);
    expect((await task.finished()).code).toBe(1);
    expect(left()).toEqual([]);
  });

  test('keeps a directory that it was given', async () => {
    const directory = scene.path('kept');
    const local = scene.start(['local', '--port=0', `--work_dir=${directory}`, `--log_dir=${directory}/log`]);
    await addressOf(local);
    await local.stop();
    expect(readdirSync(directory).sort()).toEqual(['agent-1', 'log']);
    expect(readdirSync(`${directory}/log`).sort()).toEqual(['agent-1', 'mesos-master.log']);
  });
});

describe('demo', () => {
  test('counts words on a cluster, agrees with an independent count, and leaves nothing; also twice at once', async () => {
    const places = [temporaryFiles('demo-1'), temporaryFiles('demo-2')];
    const runs = await Promise.all(places.map(({ env }) => scene.start(['demo'], { env }).finished(30_000)));
    for (const { code, stdout, stderr } of runs) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('stopping') });
      const rows = [...stdout.matchAll(/^([a-z]+) +(\d+) +([a-z]+) +(\d+)$/gm)];
      expect(rows.length).toBe(10);
      for (const [, word, count, otherWord, otherCount] of rows) {
        expect([word, count]).toEqual([otherWord, otherCount]);
      }
      expect(stdout).toMatch(/^both counts agree: \d+ words, \d+ different ones$/m);
      expect(stdout.match(/^agent S\d at 127\.0\.0\.1:\d+: executor \d ran \d+ tasks?$/gm)?.length).toBe(3);
      expect(stdout).toMatch(/^the master made \d+ offers; the framework accepted 3 and declined \d+$/m);
      expect(stdout).toMatch(/^first result \d+\.\d\d s after the start$/m);
    }
    expect(places.flatMap(({ left }) => left())).toEqual([]);
  }, 40_000);

  test('counts by itself where coreutils are missing', async () => {
    const { env } = temporaryFiles('bare');
    const { code, stdout } = await scene
      .start(['demo'], { env: { ...env, PATH: scene.path('empty') } })
      .finished(30_000);
    expect(stdout).toMatch(/^independently: a plain loop/m);
    expect(stdout).toMatch(/^both counts agree/m);
    expect(code).toBe(0);
  }, 40_000);

  test('ends at Ctrl-C with 1, and takes everything along', async () => {
    const { env, left } = temporaryFiles('interrupted');
    const running = scene.start(['demo', '--keep'], { env });
    await running.writes('stderr', /counting the words/);
    running.signal('SIGINT');
    const { code, stderr } = await running.finished();
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('interrupted') });
    expect(left()).toEqual([]);
  });

  test('--keep leaves the cluster up until Ctrl-C', async () => {
    const { env, left } = temporaryFiles('keep');
    const running = scene.start(['demo', '--keep'], { env });
    const [, url = ''] = await running.writes('stderr', /web UI at (http:\S+),/, 30_000);
    expect((await fetch(`${url}state`)).status).toBe(200);
    running.signal('SIGINT');
    expect((await running.finished()).code).toBe(0);
    expect(left()).toEqual([]);
  }, 40_000);
});

describe('spark submit', () => {
  const library = pathToFileURL(join(import.meta.dirname, '../../packages/spark-framework/dist/index.js')).href;

  function program(name: string, lines: string): string {
    const path = scene.path(name);
    writeFileSync(path, `import { SparkContext } from '${library}';\n${lines}\n`);
    return path;
  }

  test('runs a program with its properties, arguments, output and exit code', async () => {
    const master = await scene.startMaster(['--allocation_interval=200ms']);
    await scene.startAgent(master);
    const sum = program(
      'sum.mjs',
      `const sc = await SparkContext.connect();
       console.log(sc.appName, sc.conf.text('spark.executor.memory'), process.argv.slice(2).join(' '));
       console.log(await sc.range(1, 101).reduce((a, b) => a + b));
       await sc.stop();
       process.exitCode = 4;`,
    );
    const properties = scene.path('spark.conf');
    writeFileSync(properties, 'spark.executor.memory 300m\nspark.app.name from-file\n');
    const flags = ['--master', master.address, '--name', 'sums', '--total-executor-cores', '1', '--properties-file'];
    const { code, stdout, stderr } = await scene.run(['spark', 'submit', ...flags, properties, sum, '--name', 'x']);
    expect({ code, stdout, stderr }).toEqual({
      code: 4,
      stdout: 'sums 300m --name x\n5050\n',
      stderr: expect.any(String),
    });
  });

  test.each([
    [['--deploy-mode', 'cluster', 'x.mjs'], /client mode only/],
    [['--exectuor-cores', '1', 'x.mjs'], /did you mean --executor-cores\?/],
    [[], /which program\?/],
    [['/no/such/program.mjs'], /no such file/],
  ])('%j is refused with 2', async (args, message) => {
    const { code, stderr } = await scene.run(['spark', 'submit', ...args]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) });
  });

  test('has help', async () => {
    const { code, stdout } = await scene.run(['spark', 'submit', '--help']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('--total-executor-cores') });
  });
});
