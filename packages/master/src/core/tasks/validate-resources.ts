// The checks of resources that tasks and executors share; `subject` starts each text, as in Mesos
// (src/master/validation.cpp).
import type { Resources } from '@mini-mesos/resources';
import {
  validateAllocatedToSingleRole,
  validateNoRevocableMix,
  validateUniquePersistenceIds,
} from '@mini-mesos/resources';

export function invalidUse(resources: Resources, subject: 'Task' | 'Executor'): string | undefined {
  const duplicate = validateUniquePersistenceIds(resources);
  if (duplicate !== undefined) return `${subject} uses duplicate persistence ID: ${duplicate}`;
  const roles = validateAllocatedToSingleRole(resources);
  if (roles !== undefined) return `Invalid ${subject.toLowerCase()} resources: ${roles}`;
  const mixed = validateNoRevocableMix(resources);
  return mixed === undefined ? undefined : `${subject} mixes revocable and non-revocable resources: ${mixed}`;
}
