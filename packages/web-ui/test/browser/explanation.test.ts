// Goal: where a person wonders why there are no offers, the allocator's answer is on the page. Method: a fake master
// that answers for each framework and agent; what Chromium shows, and what was asked.
import { expect, test } from 'vitest';
import { describeInChromium, first } from '../support/session.js';

const CLUSTER = { seed: 3, agents: 3, frameworks: 2, tasks: 6 };

describeInChromium('why there are offers, or none', (session) => {
  test('a framework’s page shows the sentence, and every reason', async () => {
    const { page, master, go } = await session.open({ cluster: CLUSTER });
    const [id] = first(master.cluster.frameworks.entries());
    await go(`#/frameworks/${id}`);
    const panel = page.locator('.panel', { hasText: 'Why these offers' });
    await panel.locator('.explanation-sentence', { hasText: 'for another 4.2 s' }).waitFor();
    await panel.locator('tr', { hasText: 'a lower share' }).waitFor();
  });

  test('an agent’s page answers for the framework that is chosen', async () => {
    const { page, master, go } = await session.open({ cluster: CLUSTER });
    const agentId = first(master.cluster.agents.keys());
    const [, second] = [...master.cluster.frameworks.values()];
    if (!second) throw new Error('expected two frameworks');
    await go(`#/agents/${agentId}`);
    const panel = page.locator('.panel', { hasText: 'Why is it offered' });
    await panel.locator('.explanation-sentence', { hasText: 'refused' }).waitFor();
    await panel.locator('select').selectOption(second.framework_info.id?.value ?? '');
    await panel.locator('.explanation-sentence', { hasText: `${second.framework_info.name} refused` }).waitFor();
    const asked = master.requests.filter(({ path }) => path.startsWith('/allocator/explain'));
    expect(asked.at(-1)?.path).toContain(`agent=${encodeURIComponent(agentId)}`);
  });
});
