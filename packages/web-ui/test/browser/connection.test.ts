// Goal: a reader always knows whether what she sees is of this moment, and never has to reload. Method: streams that end,
// fall silent, are refused, and masters that do not lead.
import { expect, test } from 'vitest';
import { describeInChromium, first } from '../support/session.js';

const CLUSTER = { seed: 3, agents: 2, frameworks: 1, tasks: 4 };

describeInChromium('connection', (session) => {
  test('a stream that ends is shown, what was known stays, and the next snapshot brings what was missed', async () => {
    const { page, master } = await session.open({ cluster: CLUSTER, hash: '#/tasks' });
    const state = page.locator('.connection');
    await state.locator('text=live').waitFor();
    master.faults.refusesStreams = true;
    master.dropStreams();
    await state.locator('text=reconnecting').waitFor();
    await page.locator('.banner', { hasText: 'No leading master elected' }).waitFor();
    expect(await page.locator('tbody tr').count()).toBeGreaterThan(0);
    master.cluster.launch(first(master.cluster.frameworks.values()), { name: 'missed' });
    expect(await page.locator('tr', { hasText: 'missed' }).count()).toBe(0);
    master.faults.refusesStreams = false;
    await page.locator('tr', { hasText: 'missed' }).waitFor();
    await state.locator('text=live').waitFor();
    await expect.poll(() => page.locator('.banner').count()).toBe(0);
  });

  test('the next attempt need not be waited for', async () => {
    const { page, master } = await session.open({ cluster: CLUSTER });
    await page.locator('.connection', { hasText: 'live' }).waitFor();
    // From here on the page waits an hour before it tries again: only the button can bring the next attempt.
    await page.evaluate(`{
      const original = setTimeout;
      window.setTimeout = (run, ms) => original(run, ms >= 400 ? 3_600_000 : ms);
    }`);
    master.faults.refusesStreams = true;
    master.dropStreams();
    await page.locator('.banner', { hasText: 'Next attempt' }).waitFor();
    master.faults.refusesStreams = false;
    await page.locator('button', { hasText: 'Retry now' }).click();
    await page.locator('.connection', { hasText: 'live' }).waitFor();
  });

  test('a stream that falls silent counts as lost', async () => {
    const { page, master } = await session.open({ cluster: CLUSTER, heartbeatMs: 200 });
    await page.locator('.connection', { hasText: 'live' }).waitFor();
    master.faults.isSilent = true;
    await page.locator('.banner', { hasText: 'nothing heard from the master' }).waitFor();
    master.faults.isSilent = false;
    await page.locator('.connection', { hasText: 'live' }).waitFor();
  });

  test('a master that does not lead says where to go', async () => {
    const { page } = await session.open({
      cluster: CLUSTER,
      prepare: ({ faults }) => {
        faults.isNotLeading = true;
      },
    });
    await page.locator('.banner', { hasText: 'this master is not the leading one' }).waitFor();
    expect(await page.locator('.banner a').getAttribute('href')).toBe('/redirect');
  });

  test('polls that fail are shown on their page and do not stop it', async () => {
    const { page, master } = await session.open({ cluster: CLUSTER, hash: '#/roles' });
    await page.locator('.role-table tr').first().waitFor();
    master.faults.failsPolls = true;
    await page.locator('[role=alert]', { hasText: 'roles: the master is busy' }).waitFor();
    expect(await page.locator('.role-table tr').count()).toBeGreaterThan(1);
    master.faults.failsPolls = false;
    await expect.poll(() => page.locator('[role=alert]').count()).toBe(0);
  });
});
