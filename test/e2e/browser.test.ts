// Goal: the web UI of a real master shows what real agents do, live, and can end it. Method: the built command line as
// processes of their own, the page at the master's port in Chromium, never reloaded.
import { writeFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { launchChromium, skipReason } from '../../packages/web-ui/test/support/chromium.mjs';
import type { Running } from './support/running.js';
import { useScene } from './support/scene.js';
import type { AgentProcess, MasterProcess } from './support/scene.js';

const STEP_TIMEOUT_MS = 30_000;
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });
const reason = skipReason();
if (reason !== undefined) console.warn(`skipped: the web UI of a real master: ${reason}`);

describe.skipIf(reason !== undefined)('the web UI of a real master', () => {
  const scene = useScene('browser');
  const faults: string[] = [];
  let browser: Browser;
  let page: Page;
  let master: MasterProcess;
  let agent: AgentProcess;

  beforeAll(async () => {
    browser = await launchChromium();
    master = await scene.startMaster(['--allocation_interval=200ms', '--cluster=harbour']);
    agent = await scene.startAgent(master, ['--attributes=os:centos7']);
    page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    page.setDefaultTimeout(STEP_TIMEOUT_MS);
    page.on('pageerror', (error) => faults.push(String(error)));
    await page.goto(master.url);
    await page.evaluate('window.wasNotReloaded = true');
  });
  afterAll(() => browser?.close());

  const execute = (name: string, command: string): Running =>
    scene.start([
      ...['execute', `--master=${master.address}`, `--name=${name}`, '--resources=cpus:0.1;mem:32'],
      `--command=${command}`,
    ]);
  const section = (name: string) => page.getByRole('navigation', { name: 'sections' }).locator('a', { hasText: name });
  const row = (text: string) => page.locator('tbody tr', { hasText: text });
  const heading = (text: RegExp | string) => page.getByRole('heading', { level: 1, name: text }).waitFor();
  const dialogIsGone = () => expect.poll(() => page.locator('dialog').count()).toBe(0);

  test('the cluster is named, and its agent is there', async () => {
    await heading('harbour');
    await page.locator('.connection', { hasText: 'live' }).waitFor();
    await section('Agents').click();
    await heading('Agents');
    await row(agent.id.replace(/.*-/, '')).waitFor();
  });

  test('tasks appear, change and end while the page is looked at', async () => {
    await section('Tasks').click();
    await heading('Tasks');
    const gate = scene.path('end-of-short');
    const short = execute('short', `while [ ! -e '${gate}' ]; do sleep 0.05; done; exit 3`);
    await row('short').locator('.state:visible', { hasText: 'running' }).waitFor();
    writeFileSync(gate, '');
    await row('short').locator('.state:visible', { hasText: 'failed' }).waitFor();
    await row('short').locator('text=exited with status 3').waitFor();
    expect((await short.finished()).code).toBe(3);
  });

  test('the output of a task is followed in its sandbox', async () => {
    const gate = scene.path('more');
    execute('writer', `echo first line; while [ ! -e '${gate}' ]; do sleep 0.05; done; echo second line; sleep 600`);
    await row('writer').locator('.state:visible', { hasText: 'running' }).waitFor();
    await row('writer').getByRole('link', { name: 'writer', exact: true }).first().click();
    await heading('writer');
    await page.locator('.log-line', { hasText: 'first line' }).waitFor();
    await page.locator('.page-actions a', { hasText: 'Sandbox' }).click();
    await heading('Sandbox of writer');
    await page.locator('.file-list a', { hasText: 'stdout' }).click();
    await page.locator('.log-line', { hasText: 'first line' }).waitFor();
    expect(await page.locator('.log-line', { hasText: 'second line' }).count()).toBe(0);
    writeFileSync(gate, '');
    await page.locator('.log-line', { hasText: 'second line' }).waitFor();
  });

  test('a task is killed after a question that names it', async () => {
    const running = execute('doomed', 'sleep 600');
    await section('Tasks').click();
    await row('doomed').locator('.state:visible', { hasText: 'running' }).waitFor();
    await row('doomed').getByRole('link', { name: 'doomed', exact: true }).first().click();
    await heading('doomed');
    await page.getByRole('button', { name: 'Kill', exact: true }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.textContent()).toContain('doomed');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialogIsGone();
    await page.getByRole('button', { name: 'Kill', exact: true }).click();
    await dialog.getByRole('button', { name: 'Kill 1 task' }).click();
    await page.locator('.page-head', { hasText: 'killed' }).waitFor();
    await dialogIsGone();
    expect((await running.finished()).code).not.toBe(0);
  });

  test('a framework is torn down after a question that counts its tasks', async () => {
    const running = execute('rest', 'sleep 600');
    await section('Frameworks').click();
    const name = 'mini-mesos execute rest';
    await row(name).getByRole('link', { name }).first().click();
    await heading(name);
    await page.locator('.page tbody tr', { hasText: 'running' }).waitFor();
    await page.getByRole('button', { name: 'Tear down', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Tear down and end 1 task' }).click();
    await page.locator('.page-head', { hasText: 'completed' }).waitFor();
    await dialogIsGone();
    expect((await running.finished()).code).not.toBe(0);
  });

  test('all of it was one page, without errors', async () => {
    expect(await page.evaluate('window.wasNotReloaded')).toBe(true);
    expect(faults).toEqual([]);
  });
});
