// A framework that this master knows only from an agent that runs its tasks. It has no connection until its scheduler
// subscribes again; until then nothing times it out, because nobody knows since when it is away.
import type { FrameworkInfo } from '@mini-mesos/proto';
import type { Context } from '../context.js';
import type { FrameworkRecord } from '../state/framework.js';
import { createFramework } from './create.js';
import { describe } from './description.js';

export function recoverFramework(ctx: Context, info: FrameworkInfo): FrameworkRecord {
  const framework = createFramework(ctx, info);
  framework.phase = 'recovered';
  ctx.log('info', 'recovered framework from an agent', { framework: framework.id, name: info.name });
  ctx.allocator({
    type: 'add-framework',
    frameworkId: framework.id,
    framework: describe(framework),
    used: new Map(),
    active: false,
  });
  return framework;
}
