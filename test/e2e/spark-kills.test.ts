// Goal: results are exact however executors die. Method: a word count, a sort and a join over 100 MB of text generated
// from a printed seed, through a real master and two agents, with executors killed (kill -9) early in each job and again
// when map output is there; each result is compared with a computation in one process.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useScene } from './support/scene.js';

const MEGABYTES = 100;
const KILLS_PER_JOB = 3;
/** Less than a minute on two free cores. */
const LIMIT_MS = 600_000;
const seed = Number(process.env['MINI_MESOS_KILLS_SEED'] ?? 20_261_121);

const scene = useScene('spark-kills');

interface Outcome {
  readonly code: number;
  readonly lines: readonly { readonly [name: string]: unknown }[];
  readonly output: string;
}

function runProgram(...args: readonly string[]): Promise<Outcome> {
  const program = join(import.meta.dirname, 'programs', 'spark-kills.mjs');
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { timeout: LIMIT_MS }, (error, stdout, stderr) => {
      const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
      resolve({
        code: error === null ? 0 : Number(error.code ?? -1),
        lines: lines.map((line) => JSON.parse(line) as Outcome['lines'][number]),
        output: `${stdout}\n${stderr}`,
      });
    });
  });
}

test(
  'word count, sort and join over 100 MB are exact while executors are killed',
  async () => {
    console.info(`MINI_MESOS_KILLS_SEED=${seed} generates the same text`);
    const master = await scene.startMaster();
    for (let agent = 0; agent < 2; agent++)
      await scene.startAgent(master, ['--resources=cpus:2;mem:2048;disk:4096;ports:[31000-32000]']);
    const { code, lines, output } = await runProgram(
      ...[`mesos://${master.address}`, scene.directory, String(MEGABYTES), String(KILLS_PER_JOB), String(seed)],
    );
    expect(code, output).toBe(0);
    const jobs = lines.filter(({ job }) => job !== undefined);
    expect(jobs.map(({ job, isExact }) => [job, isExact])).toEqual([
      ['word count', true],
      ['sort', true],
      ['join', true],
    ]);
    const [{ bytes } = {}] = lines;
    expect(bytes).toBeGreaterThanOrEqual(MEGABYTES * 1024 ** 2);
    // Two kills of each job are certain; the last tasks may end before the third, or before a loss is noticed.
    for (const { killsLeft } of jobs) expect(killsLeft, output).toBeLessThanOrEqual(KILLS_PER_JOB - 2);
    const totals = lines.at(-1);
    expect(totals?.['executorsLost'], output).toBeGreaterThanOrEqual(4);
    expect(totals?.['remoteBytes'], 'bytes read from other executors').toBeGreaterThan(1_000_000);
  },
  LIMIT_MS + 60_000,
);
