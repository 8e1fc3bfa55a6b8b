// A record for a framework that was not known.
import type { FrameworkInfo } from '@mini-mesos/proto';
import type { Context } from '../context.js';
import { newFramework } from '../state/framework.js';
import type { FrameworkRecord } from '../state/framework.js';

/** An unknown id is taken as it is: a framework survives the failover of a master that way. */
export function createFramework(ctx: Context, info: FrameworkInfo): FrameworkRecord {
  const id = info.id?.value || newFrameworkId(ctx);
  const framework = newFramework(
    { ...info, id: { value: id } },
    {
      nowMs: ctx.nowMs,
      limits: {
        completedTasksMax: ctx.config.completedTasksPerFrameworkMax,
        unreachableTasksMax: ctx.config.unreachableTasksPerFrameworkMax,
      },
    },
  );
  ctx.state.frameworks.set(framework.id, framework);
  return framework;
}

function newFrameworkId(ctx: Context): string {
  const number = ctx.state.nextFrameworkNumber++;
  return `${ctx.config.info.id}-${String(number).padStart(4, '0')}`;
}
