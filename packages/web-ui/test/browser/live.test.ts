// Goal: pages are of this moment without a reload, and any address can be opened directly. Method: a fake master whose
// cluster the test changes, looked at in Chromium.
import { expect, test } from 'vitest';
import { describeInChromium, first } from '../support/session.js';

const CLUSTER = { seed: 3, agents: 3, frameworks: 2, tasks: 6 };

describeInChromium('live pages', (session) => {
  test('a task appears, changes its state and ends while the page is looked at', async () => {
    const { page, master } = await session.open({ cluster: CLUSTER, hash: '#/tasks' });
    await page.locator('tbody tr').first().waitFor();
    await page.evaluate('window.wasNotReloaded = true');
    const task = master.cluster.launch(first(master.cluster.frameworks.values()), { name: 'newcomer' });
    const row = page.locator('tr', { hasText: 'newcomer' });
    await row.locator('.state:visible', { hasText: 'staging' }).waitFor();
    if (!task) throw new Error('no room for the task');
    master.cluster.update(task, 'TASK_RUNNING');
    await row.locator('.state:visible', { hasText: 'running' }).waitFor();
    master.cluster.update(task, 'TASK_FAILED', { message: 'exited with status 9' });
    await row.locator('text=exited with status 9').waitFor();
    expect(await page.evaluate('window.wasNotReloaded')).toBe(true);
  });

  test('the overview counts and tells what happens', async () => {
    const { page, master } = await session.open({ cluster: CLUSTER });
    const tile = page.locator('.tile', { hasText: 'Active tasks' }).locator('.tile-value');
    await tile.waitFor();
    const before = Number(await tile.textContent());
    master.cluster.launch(first(master.cluster.frameworks.values()), { name: 'event-maker' });
    await page.locator('.feed li', { hasText: 'event-maker' }).waitFor();
    await expect.poll(() => tile.textContent()).toBe(String(before + 1));
  });

  test('agents and frameworks come and go', async () => {
    const { page, master, go } = await session.open({ cluster: CLUSTER, hash: '#/agents' });
    const rows = page.locator('tbody tr');
    await expect.poll(() => rows.count()).toBe(3);
    master.cluster.addAgent();
    await expect.poll(() => rows.count()).toBe(4);
    master.cluster.removeAgent(first(master.cluster.agents.keys()));
    await expect.poll(() => rows.count()).toBe(3);
    await go('#/frameworks');
    master.cluster.tearDown(first(master.cluster.frameworks.keys()));
    await page.locator('section', { hasText: 'Completed' }).locator('a', { hasText: 'web-shop' }).waitFor();
  });

  test('what events do not carry is polled: offers and allocation', async () => {
    const { page, master, go } = await session.open({ cluster: CLUSTER, hash: '#/offers' });
    const [offer] = master.cluster.getState().get_frameworks?.frameworks?.flatMap(({ offers = [] }) => offers) ?? [];
    if (!offer) throw new Error('expected an offer');
    await page.locator('tr', { hasText: offer.id.value.slice(-3) }).waitFor();
    await go('#/roles');
    await page.locator('tr', { hasText: 'services' }).first().locator('[role=img]').waitFor();
  });

  test('every page opens at its address and names itself', async () => {
    const { page, master, go } = await session.open({ cluster: CLUSTER });
    const { framework_id: framework, task_id: task, agent_id: agent } = first(master.cluster.tasks.values());
    const pages: readonly (readonly [string, string | RegExp])[] = [
      ['#/', 'harbour'],
      ['#/roles', 'Roles'],
      ['#/agents', 'Agents'],
      [`#/agents/${agent.value}`, /^node-/],
      ['#/frameworks', 'Frameworks'],
      [`#/frameworks/${framework.value}`, 'web-shop'],
      ['#/tasks?state=TASK_RUNNING', 'Tasks'],
      [`#/tasks/${framework.value}/${task.value}`, /^web-/],
      [`#/tasks/${framework.value}/${task.value}/sandbox?file=stdout`, /^Sandbox of web-/],
      ['#/offers', 'Offers'],
      ['#/agents/none', 'Agent'],
      ['#/frameworks/none', 'Framework'],
      ['#/tasks/none/task', 'task'],
      ['#/nonsense', 'Not here'],
    ];
    for (const [hash, title] of pages) {
      await go(hash);
      await page.reload();
      const heading = page.locator('h1', { hasText: title });
      await heading.waitFor();
      const text = await heading.textContent();
      await expect.poll(() => page.title()).toBe(`${text} · mini-mesos`);
    }
  });

  test('an address that is not the UI’s leads to the UI as the master’s fallback gives it', async () => {
    const { page, master } = await session.open({ cluster: CLUSTER });
    await page.goto(`${master.url}/some/path`);
    await page.locator('h1', { hasText: 'harbour' }).waitFor();
  });
});
