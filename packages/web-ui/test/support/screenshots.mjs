// Screenshots of every page, light and dark, on a desk and on a phone: node screenshots.mjs DIRECTORY [URL] [NAME…]
// Without a URL a fake master is started. A NAME takes only the pages whose name contains it.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launchChromium } from './chromium.mjs';
import { startFakeMaster } from './fake-master.mjs';

const [directory = 'screenshots', ...rest] = process.argv.slice(2);
const isUrl = (text) => text.startsWith('http');
const given = rest.find(isUrl);
const only = rest.filter((text) => !isUrl(text));
mkdirSync(directory, { recursive: true });

const master = given ? undefined : await startFakeMaster({ stepMs: 1000 });
const url = given ?? master.url;
const browser = await launchChromium();

const SIZES = { desk: { width: 1280, height: 860 }, phone: { width: 390, height: 844 } };
const SCHEMES = ['light', 'dark'];

const failures = [];
for (const [size, viewport] of Object.entries(SIZES)) {
  for (const colorScheme of SCHEMES) {
    const context = await browser.newContext({
      viewport,
      colorScheme,
      isMobile: size === 'phone',
      hasTouch: size === 'phone',
    });
    const page = await context.newPage();
    page.on('pageerror', (error) => failures.push(`${error}`));
    page.on('console', (message) => message.type() === 'error' && failures.push(message.text()));
    const shoot = async (name, go) => {
      if (only.length > 0 && !only.some((part) => name.includes(part))) return;
      await go();
      await page.waitForTimeout(given ? 2500 : 1400);
      await page.screenshot({ path: join(directory, `${name}-${size}-${colorScheme}.png`) });
    };
    await page.goto(`${url}/#/`);
    await page.waitForSelector('.page');
    // Some samples for the charts.
    await page.waitForTimeout(only.length > 0 ? 500 : 9000);
    const visit = (hash) => () => page.goto(`${url}/${hash}`);
    const first = (hash, selector) => async () => {
      await page.goto(`${url}/${hash}`);
      await page.locator(selector).first().click();
    };
    const failed = '#/tasks?state=TASK_FAILED';
    await shoot('overview', visit('#/'));
    await shoot('roles', visit('#/roles'));
    await shoot('agents', visit('#/agents'));
    await shoot('agent', first('#/agents?sort=-tasks', 'tbody a'));
    await shoot('frameworks', visit('#/frameworks'));
    await shoot('framework', first('#/frameworks', 'tbody a'));
    await shoot('tasks', visit('#/tasks'));
    await shoot('failed-tasks', visit(failed));
    await shoot('task', first('#/tasks?group=active&sort=launched', 'tbody a'));
    await shoot('failed-task', first(failed, 'tbody a'));
    await shoot('sandbox', async () => {
      await page.goto(`${url}/#/tasks?group=active&sort=launched`);
      await page.locator('tbody a').first().click();
      await page.locator('a:has-text("Sandbox")').first().click();
    });
    await shoot('file', async () => {
      await page.goto(`${url}/#/tasks?group=active&sort=launched`);
      await page.locator('tbody a').first().click();
      await page.locator('a:has-text("open in the sandbox")').click();
    });
    await shoot('offers', visit('#/offers'));
    await shoot('kill', async () => {
      await page.goto(`${url}/#/tasks?group=active&sort=launched&q=executor:executor`);
      await page.locator('tbody a').first().click();
      await page.locator('button:has-text("Kill")').first().click();
    });
    await shoot('teardown', async () => {
      await page.goto(`${url}/#/frameworks`);
      await page.locator('tbody a').first().click();
      await page.locator('button:has-text("Tear down")').first().click();
    });
    await shoot('finder', async () => {
      await page.goto(`${url}/#/`);
      await page.keyboard.press('Control+k');
      await page.keyboard.type('web');
    });
    await shoot('nothing', visit('#/agents/none'));
    if (master) {
      await shoot('reconnecting', async () => {
        await page.goto(`${url}/#/`);
        await page.waitForTimeout(500);
        master.faults.refusesStreams = true;
        master.dropStreams();
        await page.waitForTimeout(3000);
      });
      master.faults.refusesStreams = false;
    }
    await context.close();
  }
}
await browser.close();
await master?.close();
console.log(failures.length === 0 ? 'no errors in the console' : [...new Set(failures)].join('\n'));
