// Goal: tasks are found, also among many, and the table stays quick. Method: filters by click, key and address; 10,000
// tasks of which only those in view are drawn.
import { expect, test } from 'vitest';
import { describeInChromium, first } from '../support/session.js';

const CLUSTER = { seed: 3, agents: 4, frameworks: 5, tasks: 40 };

describeInChromium('tasks', (session) => {
  test('words narrow the table, and the address keeps them', async () => {
    const { page, master } = await session.open({ cluster: CLUSTER, hash: '#/tasks' });
    await page.locator('tbody tr').first().waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('shard state:running');
    const rows = page.locator('tbody tr');
    const expected = [...master.cluster.tasks.values()].filter(
      ({ name, state }) => name.startsWith('shard') && state === 'TASK_RUNNING',
    ).length;
    expect(expected).toBeGreaterThan(0);
    await expect.poll(() => rows.count()).toBe(expected);
    await expect.poll(() => page.url()).toContain('q=shard+state%3Arunning');
    await page.reload();
    await expect.poll(() => rows.count()).toBe(expected);
    await page.keyboard.press('/');
    await page.keyboard.press('Escape');
    await expect.poll(() => rows.count()).toBeGreaterThan(expected);
  });

  test('a state, a framework and an agent are chosen', async () => {
    const { page, master } = await session.open({ cluster: CLUSTER, hash: '#/tasks' });
    await page.locator('.state-filter button', { hasText: 'failed' }).click();
    const failed = master.cluster.completedTasks.filter(({ state }) => state === 'TASK_FAILED').length;
    await expect.poll(() => page.locator('tbody tr').count()).toBe(failed);
    await page.locator('button', { hasText: 'clear all' }).click();
    const framework = first(master.cluster.frameworks.keys());
    await page.getByLabel('framework', { exact: true }).selectOption(framework);
    await page.locator('button', { hasText: 'active' }).click();
    const active = [...master.cluster.tasks.values()].filter(({ framework_id: of }) => of.value === framework).length;
    await expect.poll(() => page.locator('tbody tr').count()).toBe(active);
  });

  test('a filter that nothing passes says so', async () => {
    const { page } = await session.open({ cluster: CLUSTER, hash: '#/tasks?q=no-such-task' });
    await page.locator('text=No task matches the filters').waitFor();
  });

  test('heads sort, and say how to those who cannot see it', async () => {
    const { page } = await session.open({ cluster: CLUSTER, hash: '#/tasks?group=active' });
    const head = page.locator('th', { hasText: 'CPUs' });
    await head.locator('button').click();
    await expect.poll(() => head.getAttribute('aria-sort')).toBe('descending');
    const amounts = async () => {
      const texts = await page.locator('tbody tr td.number:nth-of-type(5)').allTextContents();
      return texts.map(Number);
    };
    const descending = await amounts();
    expect(descending).toEqual(descending.toSorted((a, b) => b - a));
    await head.locator('button').click();
    await expect.poll(() => head.getAttribute('aria-sort')).toBe('ascending');
    const ascending = await amounts();
    expect(ascending).toEqual(ascending.toSorted((a, b) => a - b));
  });

  test('of 10,000 tasks only those in view are drawn, up to the last one', async () => {
    const { page, master } = await session.open({
      cluster: { seed: 5, agents: 1000, frameworks: 5, tasks: 10_000 },
      hash: '#/tasks?sort=name',
    });
    const total = master.cluster.tasks.size + master.cluster.completedTasks.length;
    expect(total).toBeGreaterThan(9_900);
    await page.locator('tbody tr').first().waitFor();
    await expect.poll(() => page.locator('table').getAttribute('aria-rowcount')).toBe(String(total + 1));
    expect(await page.locator('tbody tr').count()).toBeLessThan(100);
    await page.keyboard.press('End');
    const names = [...master.cluster.tasks.values(), ...master.cluster.completedTasks].map(({ name }) => name);
    const last = names.toSorted((a, b) => (a < b ? -1 : 1)).at(-1) ?? '';
    await page.locator('tbody a', { hasText: new RegExp(`^${last}$`) }).waitFor();
    expect(await page.locator('tbody tr').count()).toBeLessThan(100);
  });

  test('rows are walked through with the arrow keys and opened with Enter', async () => {
    const { page } = await session.open({ cluster: CLUSTER, hash: '#/tasks?group=active&sort=name' });
    const links = page.locator('tbody tr td:first-child a');
    await links.first().focus();
    await page.keyboard.press('ArrowDown');
    const second = await links.nth(1).textContent();
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe(second);
    await page.keyboard.press('Enter');
    await page.locator('h1', { hasText: second ?? '' }).waitFor();
  });
});
