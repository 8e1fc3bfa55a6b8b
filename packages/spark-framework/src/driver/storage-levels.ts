// Where persisted partitions are kept, under Spark's names.
import type { StorageLevel } from '../core/plan/operations.js';

export const StorageLevels = {
  MEMORY_ONLY: { memory: true, disk: false },
  MEMORY_AND_DISK: { memory: true, disk: true },
  DISK_ONLY: { memory: false, disk: true },
} as const satisfies Record<string, StorageLevel>;

export type StorageLevelName = keyof typeof StorageLevels;
