// What happens in an application, as listeners hear it. Names follow Spark's listener interface.
import type { TaskMetrics } from './task-metrics.js';

export type SparkEvent =
  | {
      readonly type: 'applicationStart';
      readonly applicationId: string;
      readonly name: string;
      readonly timeMs: number;
    }
  | { readonly type: 'applicationEnd'; readonly timeMs: number }
  | {
      readonly type: 'jobStart';
      readonly jobId: number;
      readonly timeMs: number;
      readonly description: string;
      readonly group?: string;
    }
  | { readonly type: 'jobEnd'; readonly jobId: number; readonly timeMs: number; readonly failure?: string }
  | {
      readonly type: 'stageSubmitted';
      readonly stageId: number;
      readonly stageAttempt: number;
      readonly jobIds: readonly number[];
      readonly name: string;
      readonly tasks: number;
      readonly timeMs: number;
    }
  | {
      readonly type: 'stageCompleted';
      readonly stageId: number;
      readonly stageAttempt: number;
      readonly timeMs: number;
      readonly failure?: string;
    }
  | {
      readonly type: 'taskStart';
      readonly taskId: number;
      readonly stageId: number;
      readonly stageAttempt: number;
      readonly partition: number;
      readonly attempt: number;
      readonly executorId: string;
      readonly locality: string;
      readonly timeMs: number;
    }
  | {
      readonly type: 'taskEnd';
      readonly taskId: number;
      readonly stageId: number;
      readonly status: 'success' | 'failed' | 'fetchFailed' | 'killed';
      readonly message?: string;
      readonly metrics?: TaskMetrics;
      readonly timeMs: number;
    }
  | {
      readonly type: 'executorAdded';
      readonly executorId: string;
      readonly host: string;
      readonly cores: number;
      readonly timeMs: number;
    }
  | { readonly type: 'executorRemoved'; readonly executorId: string; readonly reason: string; readonly timeMs: number }
  | {
      readonly type: 'blockUpdated';
      readonly executorId: string;
      readonly blockId: string;
      readonly bytes: number;
      readonly inMemory: boolean;
    }
  | { readonly type: 'warning'; readonly message: string };
