// Goal: nothing ends without being named and confirmed, and the master's answer is seen. Method: dialogs by mouse and
// keyboard; the calls that the fake master got.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { FakeMaster } from '../support/fake-master.mjs';
import { describeInChromium, first } from '../support/session.js';

const CLUSTER = { seed: 3, agents: 3, frameworks: 3, tasks: 12 };

const posted = ({ requests }: FakeMaster, path: string, holding = ''): unknown[] =>
  requests
    .filter((request) => request.path === path && request.body.includes(holding))
    .map(({ body }) => JSON.parse(body));

const dialog = (page: Page) => page.getByRole('dialog');

/** The button that asks. A dialog that closes is in the page for a moment longer than it is seen, with its own buttons. */
const killButton = (page: Page) => page.getByRole('button', { name: 'Kill', exact: true });

/** Not only closed: also out of the page. */
const dialogIsGone = (page: Page) => expect.poll(() => page.locator('dialog').count()).toBe(0);

describeInChromium('kill and teardown', (session) => {
  test('a task is killed after a question that names it', async () => {
    const { page, master, go } = await session.open({ cluster: CLUSTER });
    const task = first(master.cluster.tasks.values());
    await go(`#/tasks/${task.framework_id.value}/${task.task_id.value}`);
    await killButton(page).click();
    expect(await dialog(page).textContent()).toContain(`1 task ends: ${task.name}`);
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('Cancel');
    await dialog(page).getByRole('button', { name: 'Kill 1 task' }).click();
    await page.locator('.notice', { hasText: `kill of ${task.name}: accepted by the master (200)` }).waitFor();
    await page.locator('.page-head', { hasText: 'killing' }).waitFor();
    expect(posted(master, '/kill')).toEqual([{ framework_id: task.framework_id.value, task_id: task.task_id.value }]);
    await dialogIsGone(page);
  });

  test('Cancel, Escape and Enter on the first button end nothing', async () => {
    const { page, master, go } = await session.open({ cluster: CLUSTER });
    const task = first(master.cluster.tasks.values());
    await go(`#/tasks/${task.framework_id.value}/${task.task_id.value}`);
    for (const leave of ['Escape', 'Enter']) {
      await killButton(page).click();
      await dialog(page).waitFor();
      await page.keyboard.press(leave);
      await dialogIsGone(page);
    }
    expect(posted(master, '/kill')).toEqual([]);
  });

  test('a refusal stays in the dialog in the master’s words', async () => {
    const { page, master, go } = await session.open({ cluster: CLUSTER });
    master.faults.refusesKills = 'not allowed to kill tasks of role services/web';
    const task = first(master.cluster.tasks.values());
    await go(`#/tasks/${task.framework_id.value}/${task.task_id.value}`);
    await killButton(page).click();
    await dialog(page).getByRole('button', { name: 'Kill 1 task' }).click();
    await dialog(page)
      .locator('[role=alert]', { hasText: '(403): not allowed to kill tasks of role services/web' })
      .waitFor();
  });

  test('a task of a pod does not end alone', async () => {
    const { page, master, go } = await session.open({ cluster: CLUSTER });
    const pods = [...master.cluster.tasks.values()].filter(({ executor_id: executor }) => executor);
    const [one] = pods;
    if (!one) throw new Error('expected a pod');
    for (const task of pods) {
      task.executor_id = { value: 'together' };
      task.agent_id = one.agent_id;
    }
    expect(pods.length).toBeGreaterThan(1);
    await go(`#/tasks/${one.framework_id.value}/${one.task_id.value}`);
    await page.reload();
    await killButton(page).click();
    await dialog(page)
      .getByRole('button', { name: `Kill ${pods.length} tasks` })
      .waitFor();
    expect(await dialog(page).textContent()).toContain('It is part of the pod together');
  });

  test('a completed task cannot be killed', async () => {
    const { page, master, go } = await session.open({ cluster: CLUSTER });
    const task = first(master.cluster.completedTasks);
    await go(`#/tasks/${task.framework_id.value}/${task.task_id.value}`);
    await page.locator('h1', { hasText: task.name }).waitFor();
    expect(await killButton(page).count()).toBe(0);
  });

  test('a framework is torn down after a question that counts what ends', async () => {
    const { page, master, go } = await session.open({ cluster: CLUSTER });
    const [id, framework] = first(master.cluster.frameworks);
    const { name } = framework.framework_info;
    const tasks = [...master.cluster.tasks.values()].filter(({ framework_id: of }) => of.value === id);
    const agents = new Set(tasks.map(({ agent_id: agent }) => agent.value)).size;
    await go(`#/frameworks/${id}`);
    await page.getByRole('button', { name: 'Tear down', exact: true }).click();
    expect(await dialog(page).textContent()).toContain(`${tasks.length} tasks on ${agents} agent`);
    await dialog(page)
      .getByRole('button', { name: `Tear down and end ${tasks.length} tasks` })
      .click();
    await page.locator('.notice', { hasText: `teardown of ${name}: accepted` }).waitFor();
    await page.locator('.page-head', { hasText: 'completed' }).waitFor();
    expect(posted(master, '/api/v1', 'TEARDOWN')).toEqual([
      { type: 'TEARDOWN', teardown: { framework_id: { value: id } } },
    ]);
  });
});
