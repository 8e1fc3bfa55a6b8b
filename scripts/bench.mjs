// npm run bench -- NAME [--json]: runs one benchmark of bench/, or lists them.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { home, run } from './lib/run.mjs';

await ensureInstalled();
await build();
const names = readdirSync(join(home, 'bench'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'lib' && entry.name !== 'node_modules')
  .map(({ name }) => name);
const [name, ...rest] = process.argv.slice(2);
if (!names.includes(name)) {
  console.error(`usage: npm run bench -- NAME [--json]\nbenchmarks: ${names.join(', ')}`);
  process.exit(2);
}
await run(process.execPath, [join(home, 'bench', name, 'main.mjs'), ...rest]);
