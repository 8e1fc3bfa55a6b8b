// A Spark-like framework: RDDs on executors that are Mesos tasks, worker threads or local processes.
export { SparkContext } from './driver/spark-context.js';
export { RDD } from './driver/rdd.js';
export { SparkJobError, type ConnectOptions } from './driver/application.js';
export { StorageLevels, type StorageLevelName } from './driver/storage-levels.js';
export { Accumulator, Broadcast, type CustomAccumulator } from './driver/shared-variables.js';
export type { ActionOptions, Stats } from './driver/actions.js';
export type { SortOptions } from './driver/sort-operations.js';
export type { ModuleOptions } from './driver/modules.js';
export type { SparkListener } from './driver/listener-bus.js';
export type { SparkEvent } from './core/events.js';
export { ClosureError, type Environment } from './closures/capture.js';
export { SparkConf, ConfError } from './core/conf/spark-conf.js';
export { runSubmitted, sparkSubmit, type SubmitOptions } from './submit/submit.js';
export {
  parseSubmitArguments,
  SUBMIT_USAGE,
  type SubmitArguments,
  type SubmitPlan,
} from './core/submit/submit-arguments.js';
