// What a task counted while it ran; sums of these make the figures of stages and executors. Names follow Spark's REST
// interface.

export interface TaskMetrics {
  executorRunTimeMs: number;
  resultBytes: number;
  inputBytes: number;
  inputRecords: number;
  outputBytes: number;
  outputRecords: number;
  shuffleReadLocalBytes: number;
  shuffleReadRemoteBytes: number;
  shuffleReadRecords: number;
  shuffleFetchWaitMs: number;
  shuffleWriteBytes: number;
  shuffleWriteRecords: number;
  memoryBytesSpilled: number;
  diskBytesSpilled: number;
}

export function emptyMetrics(): TaskMetrics {
  return {
    executorRunTimeMs: 0,
    resultBytes: 0,
    inputBytes: 0,
    inputRecords: 0,
    outputBytes: 0,
    outputRecords: 0,
    shuffleReadLocalBytes: 0,
    shuffleReadRemoteBytes: 0,
    shuffleReadRecords: 0,
    shuffleFetchWaitMs: 0,
    shuffleWriteBytes: 0,
    shuffleWriteRecords: 0,
    memoryBytesSpilled: 0,
    diskBytesSpilled: 0,
  };
}

/** Adds `more` to `sum` in place. */
export function addMetrics(sum: TaskMetrics, more: TaskMetrics): void {
  for (const name of Object.keys(sum) as (keyof TaskMetrics)[]) sum[name] += more[name];
}
