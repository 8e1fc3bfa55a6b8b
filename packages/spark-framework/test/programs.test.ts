// Goal: programs do what they say, on worker threads and on executors in processes of their own. Method: each program
// of test/programs runs against the built package and checks itself; here its answers are looked at.
import { beforeAll, describe, expect, test } from 'vitest';
import { build, runProgram } from './support/run-program.js';

const CLUSTER = 'local-cluster[2,1,512]';
/** Each takes a few seconds; on two cores that others use as well, many times that. */
const TIMEOUT_MS = 210_000;

beforeAll(build, 120_000);

async function passes(name: string, args: readonly string[] = []): Promise<string> {
  const { code, stdout, stderr } = await runProgram(name, args);
  expect(code, `${stdout}\n${stderr}`).toBe(0);
  expect(stdout).not.toContain('FAILED');
  return stdout;
}

describe('operations give what the same computation on arrays gives', () => {
  test('on threads', () => passes('semantics', ['local[2]', '15']), TIMEOUT_MS);
  test('on executors', () => passes('semantics', [CLUSTER, '4']), TIMEOUT_MS);
  test('when every buffer spills', () => passes('semantics', ['local[2]', '8', '300b']), TIMEOUT_MS);
});

test('functions that may travel, and those that may not', () => passes('closures'), TIMEOUT_MS);
test('functions and modules reach executors', () => passes('closures', [CLUSTER]), TIMEOUT_MS);
test('files', () => passes('files'), TIMEOUT_MS);
test('variables, caching, cancelling, limits', () => passes('running'), TIMEOUT_MS);
test('variables, caching, cancelling, limits on executors', () => passes('running', [CLUSTER]), TIMEOUT_MS);

test('Mesos: offers, lost executors, a master that goes away', () => passes('mesos'), TIMEOUT_MS);

describe('executors killed (kill -9) while they work', () => {
  test(
    'word count, sort and join are exact',
    async () => {
      const totals = JSON.parse((await passes('chaos', ['3', '3'])).trim().split('\n').at(-1) ?? '') as Record<
        string,
        number
      >;
      expect(totals['lost']).toBeGreaterThanOrEqual(3);
      expect(totals['remote']).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );

  test(
    'also when they spill',
    async () => {
      const totals = JSON.parse(
        (await passes('chaos', ['3', '1', CLUSTER, '50k'])).trim().split('\n').at(-1) ?? '',
      ) as Record<string, number>;
      expect(totals['spilled']).toBeGreaterThan(100_000);
    },
    TIMEOUT_MS,
  );
});
