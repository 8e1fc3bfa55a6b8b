// Goal: npm run sim tells what a person needs to know of a failing seed. Method: the command, with and without mutants.
import { expect, test } from 'vitest';
import { simulate } from '../src/index.js';

const TIME_LIMIT_MS = 120_000;

async function run(...args: string[]): Promise<{ status: number; text: string }> {
  const lines: string[] = [];
  const status = await simulate(args, { line: (text) => lines.push(text) });
  return { status, text: lines.join('\n') };
}

test(
  'seeds that are well are counted',
  async () => {
    const { status, text } = await run('--seeds', '2', '--minutes', '0.5');
    expect(status).toBe(0);
    expect(text).toMatch(
      /^2 seeds are well: \d+\.\d simulated hours, \d+ steps and [\d.]+ simulated minutes a second$/,
    );
  },
  TIME_LIMIT_MS,
);

test(
  'a failing seed is told with the command that replays it, made small, and replayed by that',
  async () => {
    const failed = await run('--seed', '2', '--minutes', '3', '--mutant', 'forget-tasks');
    expect(failed.status).toBe(1);
    expect(failed.text).toContain('again: npm run sim -- --seed 2 --minutes 3 --mutant forget-tasks');
    const [, args = ''] = /smaller: npm run sim -- (.*)/.exec(failed.text) ?? [];
    expect(args).toMatch(/^--seed 2 --minutes [\d.]+ --faults [\d,]+ --mutant forget-tasks$/);
    const [, violation = ''] = /smaller:.*\n {4}(.*)/.exec(failed.text) ?? [];
    const again = await run(...args.split(' '));
    expect(again.status).toBe(1);
    expect(again.text).toContain(violation);
  },
  TIME_LIMIT_MS,
);

test('arguments that cannot be used are answered with how to use it', async () => {
  for (const args of [['--seed', 'x'], ['--minutes', '0'], ['--mutant', 'nobody'], ['--what']]) {
    const { status, text } = await run(...args);
    expect(status).toBe(2);
    expect(text).toContain('usage: npm run sim -- ');
  }
});
