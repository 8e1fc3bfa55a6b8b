import { defineConfig } from 'vitest/config';

// Our own packages resolve to their sources (export condition `source`), so unit tests need no build.
const conditions = ['source', 'module', 'node', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'proto/test/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Its own default, 1 s, is short for a browser on a machine that is busy.
    expect: { poll: { timeout: 15_000 } },
    maxWorkers: 2,
  },
});
