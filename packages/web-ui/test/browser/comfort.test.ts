// Goal: the pages serve a phone, a keyboard, a screen reader and a cluster that is empty. Method: sizes, keys and roles in
// Chromium.
import { expect, test } from 'vitest';
import { describeInChromium, first } from '../support/session.js';

const CLUSTER = { seed: 3, agents: 5, frameworks: 5, tasks: 30 };
const PHONE = { viewport: { width: 375, height: 720 }, isMobile: true, hasTouch: true };

describeInChromium('comfort', (session) => {
  test('an empty cluster says what to do, with this master’s address', async () => {
    const { page, master, go } = await session.open({
      cluster: { agents: 0, frameworks: 0, tasks: 0 },
      hash: '#/agents',
    });
    const { host } = new URL(master.url);
    await page.locator('code', { hasText: `mini-mesos agent --master=${host}` }).waitFor();
    await go('#/tasks');
    await page.locator('code', { hasText: `mini-mesos execute --master=${host}` }).waitFor();
    await go('#/frameworks');
    await page.locator('text=No frameworks yet').waitFor();
    await go('#/offers');
    await page.locator('text=No offers outstanding').waitFor();
    await go('#/roles');
    await page.locator('text=No frameworks yet').waitFor();
  });

  test('no page is wider than a phone', async () => {
    const { page, master, go } = await session.open({ cluster: CLUSTER, context: PHONE });
    const task = first(master.cluster.tasks.values());
    const at = `#/tasks/${task.framework_id.value}/${task.task_id.value}`;
    const hashes = [
      '#/',
      '#/roles',
      '#/agents',
      `#/agents/${task.agent_id.value}`,
      '#/frameworks',
      '#/tasks',
      at,
      '#/offers',
    ];
    for (const hash of [...hashes, `#/frameworks/${task.framework_id.value}`, `${at}/sandbox?file=stdout`]) {
      await go(hash);
      await page.locator('h1').waitFor();
      await page.locator('.panel').first().waitFor();
      const excess = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      expect([hash, excess]).toEqual([hash, 0]);
    }
  });

  test('keys lead everywhere', async () => {
    const { page } = await session.open({ cluster: CLUSTER });
    await page.locator('h1').waitFor();
    for (const [key, title] of [
      ['t', 'Tasks'],
      ['a', 'Agents'],
      ['f', 'Frameworks'],
      ['r', 'Roles'],
      ['e', 'Offers'],
    ]) {
      // At once: the second key has to follow soon.
      await Promise.all([page.keyboard.press('g'), page.keyboard.press(key ?? '')]);
      await page.locator('h1', { hasText: title ?? '' }).waitFor();
    }
    await page.keyboard.press('?');
    await page.locator('dialog[open]', { hasText: 'find a task, agent or framework' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('dialog').count()).toBe(0);
    await page.keyboard.press('Control+k');
    await page.locator('dialog[open] input').waitFor();
    await page.keyboard.type('node-02');
    await page.keyboard.press('Enter');
    await page.locator('h1', { hasText: 'node-02.example.net' }).waitFor();
    await expect.poll(() => page.locator('dialog').count()).toBe(0);
  });

  test('an id is copied whole', async () => {
    const { page, master } = await session.open({
      cluster: CLUSTER,
      hash: '#/agents',
      context: { permissions: ['clipboard-read', 'clipboard-write'] },
    });
    const id = first(master.cluster.agents.keys());
    await page.getByLabel(`copy ${id}`).click();
    await page.locator('[role=status]', { hasText: 'copied' }).waitFor({ state: 'attached' });
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(id);
  });

  test('tables, heads and regions are told to screen readers', async () => {
    const { page } = await session.open({ cluster: CLUSTER, hash: '#/tasks' });
    await page.getByRole('table', { name: 'tasks' }).waitFor();
    await page.getByRole('columnheader', { name: 'State' }).waitFor();
    await page.getByRole('navigation', { name: 'sections' }).waitFor();
    await page.locator('nav a[aria-current=page]', { hasText: 'Tasks' }).waitFor();
    await page.getByRole('link', { name: 'Skip to the page' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('main');
    expect(page.url()).toContain('#/tasks');
  });

  test('the colours are those that the system prefers', async () => {
    const { page } = await session.open({ cluster: CLUSTER, context: { colorScheme: 'dark' } });
    await page.locator('h1').waitFor();
    const background = () => page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor');
    await expect.poll(background).toBe('rgb(13, 17, 21)');
    await page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(background).toBe('rgb(246, 247, 249)');
  });

  test('nothing is loaded from anywhere else', async () => {
    const { page, master, go } = await session.open({ cluster: CLUSTER });
    const foreign: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(master.url)) foreign.push(request.url());
    });
    await go('#/tasks');
    await page.reload();
    await page.locator('tbody tr').first().waitFor();
    expect(foreign).toEqual([]);
  });
});
