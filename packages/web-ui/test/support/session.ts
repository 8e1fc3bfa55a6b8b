// A browser for the tests of one file, and for each test a fake master with a page of it.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, vi } from 'vitest';
import { launchChromium, skipReason } from './chromium.mjs';
import { startFakeMaster } from './fake-master.mjs';
import type { FakeMaster } from './fake-master.mjs';

const INDEX = fileURLToPath(new URL('../../dist/index.html', import.meta.url));
/** For one step and for one test: generous, as two slow cores also run other tests. */
const STEP_TIMEOUT_MS = 20_000;
const TEST_TIMEOUT_MS = 60_000;

export interface Opened {
  readonly page: Page;
  readonly master: FakeMaster;
  /** Goes to another page of the UI: '#/tasks'. */
  readonly go: (hash: string) => Promise<void>;
}

export interface Session {
  open(
    options?: Parameters<typeof startFakeMaster>[0] & {
      hash?: string;
      context?: BrowserContextOptions;
      /** Before the page is loaded. */
      prepare?: (master: FakeMaster) => void;
    },
  ): Promise<Opened>;
}

/** Tests that need Chromium: skipped with a printed reason where there is none, unless MINI_MESOS_REQUIRE wants it. */
export function describeInChromium(name: string, body: (session: Session) => void): void {
  const reason = skipReason();
  vi.setConfig({ testTimeout: TEST_TIMEOUT_MS });
  if (reason !== undefined) console.warn(`skipped: ${name}: ${reason}`);
  describe.skipIf(reason !== undefined)(name, () => {
    let browser: Browser;
    const closers: (() => Promise<void>)[] = [];
    const faults: string[] = [];

    beforeAll(async () => {
      if (!existsSync(INDEX)) throw new Error(`${INDEX} is missing: npm run build makes it`);
      browser = await launchChromium();
    });
    afterAll(() => browser?.close());
    afterEach(async () => {
      for (const close of closers.splice(0)) await close();
      expect(faults.splice(0), 'errors that no test expects').toEqual([]);
    });

    body({
      async open({ hash = '', context: options = {}, prepare, ...masterOptions } = {}) {
        const master = await startFakeMaster(masterOptions);
        closers.push(() => master.close());
        prepare?.(master);
        const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
        closers.unshift(() => context.close());
        const page = await context.newPage();
        page.setDefaultTimeout(STEP_TIMEOUT_MS);
        page.on('pageerror', (error) => faults.push(String(error)));
        const go = async (to: string) => {
          await page.goto(`${master.url}/${to}`);
        };
        await go(hash);
        return { page, master, go };
      },
    });
  });
}

/** The only one, or the first: what a test needs must be there. */
export function first<T>(items: Iterable<T>): T {
  for (const item of items) return item;
  throw new Error('expected at least one');
}
