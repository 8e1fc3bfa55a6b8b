// Builds what is not current: message types from the .proto files, JavaScript from TypeScript, the web UI.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { unlessFresh } from './fresh.mjs';
import { bin, home, run } from './run.mjs';

const at = (...parts) => join(home, ...parts);

async function buildMessages() {
  const inputs = ['mesos', 'mini_mesos', 'scripts'].map((name) => at('proto', name));
  const step = { stamp: at('proto', 'dist', '.stamp'), inputs, output: at('proto', 'dist', 'index.js') };
  await unlessFresh(step, () => run(process.execPath, [at('proto', 'scripts', 'generate.mjs')]));
}

async function buildPackages() {
  const packages = readdirSync(at('packages')).filter((name) => existsSync(at('packages', name, 'tsconfig.json')));
  const inputs = [
    at('tsconfig.json'),
    at('tsconfig.base.json'),
    at('proto', 'dist', 'index.d.ts'),
    at('examples'),
    ...packages.flatMap((name) => [at('packages', name, 'tsconfig.json'), at('packages', name, 'src')]),
  ];
  const step = { stamp: at('node_modules', '.mini-mesos-built'), inputs, output: at('packages', 'cli', 'dist') };
  await unlessFresh(step, async () => {
    console.error('building');
    await run(bin('tsc'), ['-b']);
  });
}

async function buildWebUi() {
  const folder = at('packages', 'web-ui');
  const inputs = ['src', 'index.html', 'vite.config.ts', 'package.json'].map((name) => join(folder, name));
  const step = { stamp: join(folder, 'dist', '.stamp'), inputs, output: join(folder, 'dist', 'index.html') };
  await unlessFresh(step, () => run(bin('vite'), ['build', '--logLevel', 'warn'], { cwd: folder }));
}

export async function build() {
  await buildMessages();
  await buildPackages();
  await buildWebUi();
}
