// Builds index.html and hashed assets into dist/. In development, calls go to a master at MASTER (host:port).
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';

const master = process.env['MASTER'] ?? '127.0.0.1:5050';
const endpoints = ['/api', '/agents', '/roles', '/metrics', '/flags', '/version', '/kill', '/redirect'];

/** The old files go after the new ones are there: a master that serves the directory always has a whole UI. */
function removeOldAssets(): Plugin {
  return {
    name: 'remove-old-assets',
    writeBundle({ dir = 'dist' }, bundle) {
      const assets = join(dir, 'assets');
      for (const name of readdirSync(assets)) if (!(`assets/${name}` in bundle)) rmSync(join(assets, name));
    },
  };
}

export default defineConfig({
  base: '/',
  oxc: { jsx: { importSource: 'preact' } },
  plugins: [removeOldAssets()],
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, emptyOutDir: false },
  server: { proxy: Object.fromEntries(endpoints.map((path) => [path, `http://${master}`])) },
});
