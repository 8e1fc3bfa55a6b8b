// npm run sim: runs seeds one after the other, and explains the first that fails.
import { parseArgs } from 'node:util';
import { mutantNamed, MUTANTS } from '../mutants/mutants.js';
import { failureReport } from './report.js';
import { runSeed } from './run-seed.js';
import { shrink } from './shrink.js';

const USAGE = `usage: npm run sim -- [--seeds 100] [--from 1] [--minutes 10] [--seed N] [--faults 1,4,7|none] [--mutant NAME]
  --seeds    how many seeds to run, beginning with --from
  --seed     runs this one only
  --minutes  simulated minutes under faults; then everything has to come to rest
  --faults   the numbers of the faults that happen, where not all should
  --mutant   runs with a deliberate mistake: ${MUTANTS.map(({ name }) => name).join(', ')}
  --no-shrink  does not look for a smaller run that fails in the same way`;
/** Runs spent on making a failure small. */
const SHRINK_RUNS_MAX = 60;

export interface Output {
  line(text: string): void;
}

/** Returns the exit status: 0 all is well, 1 a promise was broken, 2 the arguments cannot be used. */
export async function simulate(args: readonly string[], output: Output): Promise<number> {
  const options = readOptions(args);
  if (typeof options === 'string') {
    output.line(options);
    return 2;
  }
  const { from, count, minutes, faults, mutant } = options;
  const { tampering, reshape } = (mutant === undefined ? undefined : mutantNamed(mutant)) ?? {};
  const startedMs = performance.now();
  let steps = 0;
  let virtualMs = 0;
  for (let seed = from; seed < from + count; seed += 1) {
    const result = await runSeed(seed, { minutes, faults, reshape, tampering: tampering?.() });
    steps += result.steps;
    virtualMs += result.virtualMs;
    if (result.violation) {
      const { invariant } = result.violation;
      const isWhole = options.shrinks && faults === undefined;
      const wanted = { minutes, invariant, tampering, reshape, runsMax: SHRINK_RUNS_MAX };
      const small = isWhole ? await shrink(seed, wanted) : undefined;
      output.line(failureReport({ seed, minutes, faults, mutant, reshape }, result, small));
      return 1;
    }
    if ((seed - from + 1) % 50 === 0) output.line(`${seed - from + 1} seeds are well`);
  }
  const seconds = (performance.now() - startedMs) / 1000;
  const rate = `${Math.round(steps / seconds)} steps and ${(virtualMs / 60_000 / seconds).toFixed(1)} simulated minutes a second`;
  output.line(`${count} seeds are well: ${(virtualMs / 3_600_000).toFixed(1)} simulated hours, ${rate}`);
  return 0;
}

function readOptions(args: readonly string[]) {
  const whole = (text: string) => (/^\d+$/.test(text) ? Number(text) : undefined);
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        seeds: { type: 'string', default: '100' },
        from: { type: 'string', default: '1' },
        minutes: { type: 'string', default: '10' },
        seed: { type: 'string' },
        faults: { type: 'string' },
        mutant: { type: 'string' },
        'no-shrink': { type: 'boolean', default: false },
      },
    });
    const from = whole(values.seed ?? values.from);
    const count = values.seed === undefined ? whole(values.seeds) : 1;
    const minutes = Number(values.minutes);
    if (from === undefined || count === undefined || !(minutes > 0)) return USAGE;
    if (values.mutant !== undefined && !mutantNamed(values.mutant)) return USAGE;
    const faults =
      values.faults === undefined ? undefined : values.faults === 'none' ? [] : values.faults.split(',').map(Number);
    return { from, count, minutes, faults, mutant: values.mutant, shrinks: !values['no-shrink'] };
  } catch (error) {
    return `${(error as Error).message}\n${USAGE}`;
  }
}
