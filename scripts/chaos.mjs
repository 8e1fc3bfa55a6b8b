// npm run chaos -- [--seed N] [--minutes M | --seconds S] [--runs R]: a cluster of real processes under faults. Every run
// after the first takes the next seed. Needs ZooKeeper; as root it also cuts networks and fills disks.
import { parseArgs } from 'node:util';
import { build } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { bin, run } from './lib/run.mjs';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    minutes: { type: 'string', default: '1' },
    seconds: { type: 'string' },
    runs: { type: 'string', default: '1' },
  },
});
await ensureInstalled();
await build();
const vitest = bin('vitest').replace(/\.bin\/vitest$/, 'vitest/vitest.mjs');
for (let index = 0; index < Number(values.runs); index++) {
  process.env.MINI_MESOS_CHAOS_SEED = String(Number(values.seed) + index);
  process.env.MINI_MESOS_CHAOS_SECONDS = values.seconds ?? String(Number(values.minutes) * 60);
  await run(process.execPath, [vitest, 'run', 'test/chaos/chaos.test.ts']);
}
