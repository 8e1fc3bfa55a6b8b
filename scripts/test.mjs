// npm test: installs, builds, runs every test. Arguments go to vitest: npm test -- packages/allocator
import { build } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { bin, run } from './lib/run.mjs';

await ensureInstalled();
await build();
await run(process.execPath, [
  bin('vitest').replace(/\.bin\/vitest$/, 'vitest/vitest.mjs'),
  'run',
  ...process.argv.slice(2),
]);
