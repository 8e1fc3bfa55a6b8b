// Goal: what a task writes is seen as it is written, and left alone by whoever reads further up. Method: the test writes
// to files of a fake agent.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { FakeMaster } from '../support/fake-master.mjs';
import { describeInChromium, first } from '../support/session.js';

const CLUSTER = { seed: 3, agents: 2, frameworks: 1, tasks: 4 };

/** The first active task, where its files are, and the address of its pages. */
function firstTask({ cluster, sandboxes }: FakeMaster) {
  const task = first(cluster.tasks.values());
  const agent = task.agent_id.value;
  const executors = sandboxes.state(agent).frameworks.flatMap(({ executors }) => executors);
  const directory = executors.find(({ id }) => id === task.task_id.value)?.directory ?? '';
  const hash = `#/tasks/${task.framework_id.value}/${task.task_id.value}`;
  return {
    agent,
    hash,
    write: (file: string, data: string | Uint8Array) => sandboxes.append(agent, `${directory}/${file}`, data),
  };
}

const isAtEnd = (page: Page) =>
  page.evaluate<boolean>(
    `(() => { const box = document.querySelector('.log-text'); return box.scrollHeight - box.clientHeight - box.scrollTop < 30; })()`,
  );

const line = (page: Page, text: string) => page.locator('.log-line', { hasText: text });

describeInChromium('sandbox', (session) => {
  test('the end of stdout is on the task’s page and follows what is written', async () => {
    const { page, master, go } = await session.open({ cluster: CLUSTER });
    const { hash, write } = firstTask(master);
    await go(hash);
    await page.locator('.log-line').first().waitFor();
    await expect.poll(() => isAtEnd(page)).toBe(true);
    write('stdout', 'hello from the task\n');
    await line(page, 'hello from the task').waitFor();
    await expect.poll(() => isAtEnd(page)).toBe(true);
    await page.locator('button', { hasText: 'stderr' }).click();
    await line(page, 'Executor started').waitFor();
  });

  test('scrolling up pauses, new lines are counted, and a click goes back to the end', async () => {
    const { page, master, go } = await session.open({ cluster: CLUSTER });
    const { hash, write } = firstTask(master);
    await go(`${hash}/sandbox?file=stdout`);
    await page.locator('.log-line').first().waitFor();
    await expect.poll(() => isAtEnd(page)).toBe(true);
    await page.locator('.log-text').hover();
    // To the very start: scrolling goes on for a moment after the wheel.
    await page.mouse.wheel(0, -1_000_000);
    await page.locator('button', { hasText: 'Paused' }).waitFor();
    const top = () => page.evaluate<number>(`document.querySelector('.log-text').scrollTop`);
    await expect.poll(top).toBe(0);
    write('stdout', 'one\ntwo\nthree\n');
    await page.locator('button', { hasText: '3 new lines' }).waitFor();
    expect(await top()).toBe(0);
    await page.locator('button', { hasText: '3 new lines' }).click();
    await expect.poll(() => isAtEnd(page)).toBe(true);
    write('stdout', 'four\n');
    await line(page, 'four').waitFor();
    await expect.poll(() => isAtEnd(page)).toBe(true);
  });

  test('colours are shown, bytes that are no UTF-8 do not lose what follows them', async () => {
    const { page, master, go } = await session.open({ cluster: CLUSTER });
    const { hash, write } = firstTask(master);
    await go(`${hash}/sandbox?file=stdout`);
    await page.locator('.log-line').first().waitFor();
    write('stdout', Buffer.concat([Buffer.from('bad '), Buffer.from([0xff, 0xfe, 0xff]), Buffer.from(' bytes\n')]));
    await line(page, 'bad \ufffd\ufffd\ufffd bytes').waitFor();
    write('stdout', '\u001b[1;31mred\u001b[0m after\n');
    await line(page, 'red after').locator('.ansi-1.ansi-bold', { hasText: 'red' }).waitFor();
  });

  test('long lines are wrapped or not', async () => {
    const { page, master, go } = await session.open({ cluster: CLUSTER });
    const { hash, write } = firstTask(master);
    await go(`${hash}/sandbox?file=stderr`);
    write('stderr', `${'long '.repeat(400)}\n`);
    await line(page, 'long long').waitFor();
    const isWide = () =>
      page.evaluate<boolean>(
        `(() => { const box = document.querySelector('.log-text'); return box.scrollWidth > box.clientWidth; })()`,
      );
    await expect.poll(isWide).toBe(false);
    await page.locator('button', { hasText: 'Wrap' }).click();
    await expect.poll(isWide).toBe(true);
  });

  test('a large file begins near its end, and more of it is there for a click', async () => {
    const { page, master, go } = await session.open({ cluster: CLUSTER });
    const { hash, write } = firstTask(master);
    write('large.log', Array.from({ length: 12_000 }, (_, index) => `line ${index} ${'.'.repeat(30)}\n`).join(''));
    await go(`${hash}/sandbox?file=large.log`);
    await line(page, 'line 11999 ').waitFor();
    const before = await page.locator('.log-size').textContent();
    await page.locator('.log-text').evaluate('(box) => { box.scrollTop = 0; }');
    await page.locator('button', { hasText: 'show more' }).click();
    await expect.poll(() => page.locator('.log-size').textContent()).not.toBe(before);
    await page.locator('.log-text').evaluate('(box) => { box.scrollTop = 0; }');
    await line(page, 'line 0 ').waitFor();
  });

  test('directories are walked through, files are opened and offered for download', async () => {
    const { page, master, go } = await session.open({ cluster: CLUSTER });
    const { hash, agent } = firstTask(master);
    await go(`${hash}/sandbox`);
    await page.locator('.file-list a', { hasText: 'conf/' }).click();
    await page.locator('.file-list a', { hasText: 'application.properties' }).click();
    await line(page, 'café, größer, 日本語').waitFor();
    const link = await page.locator('a', { hasText: 'Download' }).getAttribute('href');
    expect(link).toContain(`/agents/${agent}/files/download?path=`);
    const response = await page.request.get(`${master.url}${link}`);
    expect(await response.text()).toContain('http.port=31044');
    await page.locator('.path a', { hasText: 'sandbox' }).click();
    await page.locator('.file-list a', { hasText: 'application.tar.gz' }).click();
    await page.locator('text=this does not look like text').waitFor();
  });

  test('a sandbox that cannot be had is explained', async () => {
    const { page, master, go } = await session.open({ cluster: CLUSTER });
    const { hash, agent } = firstTask(master);
    await go(hash);
    await page.locator('.log-line').first().waitFor();
    master.cluster.removeAgent(agent);
    await page.reload();
    await page.locator('text=Its agent is not registered').waitFor();
  });
});
