// The allocator that the command line asks for, where it asks for it.
import { randomInt } from 'node:crypto';
import { createAllocator } from '@mini-mesos/allocator';
import type { Clock, MetricsRegistry, Timers } from '@mini-mesos/daemon';
import type { AllocatorHost } from './allocator-host.js';
import { allocatorFlags, allocatorOptions } from './allocator-options.js';
import type { AllocatorFlags } from './allocator-options.js';
import { InProcessAllocator } from './in-process.js';
import { InThreadAllocator } from './in-thread.js';

export interface StartAllocatorOptions {
  time: Clock & Timers;
  metrics: MetricsRegistry;
}

export function startAllocator(
  values: AllocatorFlags & { readonly allocator_thread: boolean },
  { time, metrics }: StartAllocatorOptions,
): AllocatorHost {
  const seed = randomInt(2 ** 32);
  const common = { time, metrics, intervalMs: values.allocation_interval };
  if (!values.allocator_thread) {
    return new InProcessAllocator(createAllocator(allocatorOptions(values, seed)), common);
  }
  return new InThreadAllocator({
    ...common,
    flags: allocatorFlags(values),
    seed,
    // A master without its allocator offers nothing: better that another one leads.
    onFailure: (error) => {
      throw error;
    },
  });
}
