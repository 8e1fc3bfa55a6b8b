// POST /kill {"framework_id": "…", "task_id": "…", "grace_period_secs"?: n}: an operator ends a task. JSON only: a form
// from another site could be posted by a browser without asking.
import type { Front, FrontAnswer, FrontRequest } from '@mini-mesos/daemon';
import { mediaTypeOf } from '@mini-mesos/wire';
import type { FrameworkId, TaskId } from '@mini-mesos/wire';
import type { MasterRuntime } from '../runtime.js';

const EXPECTED =
  'expected {"framework_id": "…", "task_id": "…"} and perhaps "grace_period_secs": a number of seconds from 0';

export function registerKill(front: Front, runtime: MasterRuntime): void {
  front.post('/kill', (request) => handle(request, runtime), { exact: true, summary: 'Kills a task (not in Mesos)' });
}

async function handle(request: FrontRequest, runtime: MasterRuntime): Promise<FrontAnswer> {
  const type = request.headers['content-type'];
  if (typeof type !== 'string' || mediaTypeOf(type) !== 'application/json') {
    return { status: 415, body: "Expecting 'Content-Type' of application/json" };
  }
  const asked = read(request.body);
  if (!asked) return { status: 400, body: EXPECTED };
  const answer = await runtime.ask((id) => ({ type: 'operator-kill', request: id, ...asked }));
  return { status: answer.status, ...(answer.text === undefined ? {} : { body: answer.text }) };
}

function read(body: Buffer): { framework: FrameworkId; task: TaskId; gracePeriodMs: number | undefined } | undefined {
  let json: unknown;
  try {
    json = JSON.parse(body.toString());
  } catch {
    return undefined;
  }
  if (typeof json !== 'object' || json === null) return undefined;
  const { framework_id: framework, task_id: task, grace_period_secs: grace } = json as { [key: string]: unknown };
  if (typeof framework !== 'string' || typeof task !== 'string') return undefined;
  if (grace !== undefined && !(typeof grace === 'number' && grace >= 0 && Number.isFinite(grace))) return undefined;
  return {
    framework: framework as FrameworkId,
    task: task as TaskId,
    gracePeriodMs: grace === undefined ? undefined : grace * 1000,
  };
}
