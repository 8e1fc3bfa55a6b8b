// Schedulers and masters for one test, ended after it.
import { afterEach } from 'vitest';
import { Scheduler } from '@mini-mesos/scheduler-sdk';
import type { SchedulerEvent, SchedulerEventOf, SchedulerEventType, SchedulerOptions } from '@mini-mesos/scheduler-sdk';
import { FakeMaster } from './fake-master.js';

const masters: FakeMaster[] = [];
const schedulers: Scheduler[] = [];

afterEach(async () => {
  await Promise.all(schedulers.splice(0).map((scheduler) => scheduler.stop({ failover: true })));
  await Promise.all(masters.splice(0).map((master) => master.close()));
});

export async function startMaster(port?: number): Promise<FakeMaster> {
  const master = await FakeMaster.start(port);
  masters.push(master);
  return master;
}

export function makeScheduler(master: FakeMaster, options: Partial<SchedulerOptions> = {}): Scheduler {
  const scheduler = new Scheduler({ master: master.address, framework: { name: 'test', user: 'me' }, ...options });
  schedulers.push(scheduler);
  return scheduler;
}

/** Reads a loop over events until one of that type comes. */
export async function until<T extends SchedulerEventType>(
  events: AsyncIterator<SchedulerEvent, undefined>,
  type: T,
): Promise<SchedulerEventOf<T>> {
  for (;;) {
    const { value, done } = await events.next();
    if (done) throw new Error(`the events ended before '${type}'`);
    if (value.type === type) return value as SchedulerEventOf<T>;
  }
}
