// GET /allocator/explain?framework=…[&role=…][&agent=…]: why a framework got, or did not get, offers.
import type { Front, FrontAnswer } from '@mini-mesos/daemon';
import type { ReadSideDeps } from './ports.js';

const EXPECTED = "expected query parameter 'framework': the id of a framework; 'role' and 'agent' narrow the answer";

export function registerExplain(front: Front, deps: Pick<ReadSideDeps, 'explain'>): void {
  const { explain } = deps;
  if (!explain) return;
  front.get(
    '/allocator/explain',
    async ({ query }): Promise<FrontAnswer> => {
      const frameworkId = query.get('framework');
      if (frameworkId === null || frameworkId === '') return { status: 400, body: EXPECTED };
      const question = {
        frameworkId,
        role: query.get('role') ?? undefined,
        agentId: query.get('agent') ?? undefined,
      };
      return { status: 200, json: await explain(question) };
    },
    { summary: 'Why a framework gets offers, or none (not in Mesos).' },
  );
}
