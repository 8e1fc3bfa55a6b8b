// A browser for tests and screenshots, where one is installed.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

/** CHROMIUM_PATH names another one. */
const PATHS = process.env.CHROMIUM_PATH
  ? [process.env.CHROMIUM_PATH]
  : ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where it is; undefined where there is none. */
export const chromiumPath = PATHS.find((path) => existsSync(path));

/** Whether a machine that has no Chromium is at fault: MINI_MESOS_REQUIRE is a list such as 'chromium,docker'. */
export const isChromiumRequired = (process.env.MINI_MESOS_REQUIRE ?? '')
  .split(/[\s,]+/)
  .some((name) => name === 'chromium');

/** Why browser tests are skipped; undefined where they are not. Without a required browser they must fail instead. */
export function skipReason() {
  if (chromiumPath !== undefined || isChromiumRequired) return undefined;
  return `no Chromium at ${PATHS.join(', ')}: install it, or name it in CHROMIUM_PATH`;
}

export function launchChromium() {
  if (chromiumPath === undefined) throw new Error('MINI_MESOS_REQUIRE names chromium, but there is none');
  // As root, as in containers, Chromium starts only without its sandbox; /dev/shm is small there.
  return chromium.launch({
    executablePath: chromiumPath,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
  });
}
