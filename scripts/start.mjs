// npm start: a whole cluster runs a Spark-like job on this machine and stops. Installs and builds first, if need be.
import { join } from 'node:path';
import { build } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { home, run } from './lib/run.mjs';

await ensureInstalled();
await build();
await run(process.execPath, [join(home, 'packages', 'cli', 'bin', 'mini-mesos.js'), 'demo', ...process.argv.slice(2)]);
