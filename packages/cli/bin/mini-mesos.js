#!/usr/bin/env node
// The command mini-mesos. What is behind it is loaded from dist, which the build makes.
import { existsSync } from 'node:fs';
import * as module from 'node:module';

const entry = new URL('../dist/main.js', import.meta.url);
if (existsSync(entry)) {
  // Newer Node keeps compiled code, which makes starting faster.
  module.enableCompileCache?.();
  const { main } = await import(entry.href);
  process.exitCode = await main({ argv: process.argv.slice(2), env: process.env });
  // A connection that somebody forgot must not keep a command that is done.
  setTimeout(() => process.exit(), 1000).unref();
} else {
  process.stderr.write('mini-mesos: it is not built yet: run npm run build\n');
  process.exitCode = 1;
}
