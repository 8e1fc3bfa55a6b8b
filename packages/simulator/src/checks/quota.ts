// Nobody is offered anything in a role that is above its limit then.
import type { Allocation } from '@mini-mesos/allocator';
import { Limits } from '@mini-mesos/resources';
import type { Leading } from '../cluster/master-process.js';
import { Violation } from './violation.js';

export function checkQuota({ allocator, machine }: Leading, allocations: readonly Allocation[]): void {
  for (const { role, resources, frameworkId } of allocations) {
    const [top = role] = role.split('/', 1);
    const limits = Limits.fromProto(machine.state.registry.quotas.get(top)?.limits);
    if (limits.isEmpty) continue;
    for (const name of resources.names()) {
      const limit = limits.get(name);
      const consumed = allocator.role(top)?.consumed.get(name) ?? 0;
      if (limit === undefined || consumed <= limit) continue;
      const text = `framework ${frameworkId} is offered ${resources.toString()}, but role ${top} has ${consumed / 1000} ${name} then, and its limit is ${limit / 1000}`;
      throw new Violation('quota-kept', text);
    }
  }
}
