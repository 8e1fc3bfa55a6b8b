// npm run sim -- [--seeds 1000] [--minutes 10] [--seed N]: runs simulated clusters under faults; `--help` for the rest.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { home } from './lib/run.mjs';

await ensureInstalled();
await build();
const entry = join(home, 'packages', 'simulator', 'dist', 'index.js');
const { simulate } = await import(pathToFileURL(entry).href);
process.exitCode = await simulate(process.argv.slice(2), { line: (text) => console.log(text) });
