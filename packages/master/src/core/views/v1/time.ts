// Times in the operator API.
import type { TimeInfo } from '@mini-mesos/proto';

export function timeInfo(ms: number): TimeInfo {
  return { nanoseconds: ms * 1e6 };
}
