// What the master, the agent and the command line share.
export { API_VERSION, packageVersion, versionData } from './endpoints/version.js';
export type { VersionData } from './endpoints/version.js';
export { registerCommonEndpoints } from './endpoints/common-endpoints.js';
export type { CommonEndpoints } from './endpoints/common-endpoints.js';
export { makeDirectories } from './files/make-directories.js';
export { FilesService, READ_MAX_BYTES } from './files/files-service.js';
export type { AttachOptions, FilesError, FilesResult, ReadRange } from './files/files-service.js';
export { FILES_ERROR_STATUS, registerFiles } from './files/routes.js';
export { commonFlags, logOptions } from './flags/common-flags.js';
export { fileReaders } from './flags/file-readers.js';
export { helpText } from './flags/help.js';
export type { HelpOptions } from './flags/help.js';
export { asksFor, loadFlags } from './flags/load.js';
export type { DirectoryEntry, FlagOrigin, FlagSources, FlagsRefused, LoadedFlags } from './flags/load.js';
export { nearest } from './flags/nearest.js';
export { COMPATIBLE, unavailable } from './flags/not-yet.js';
export { flag } from './flags/schema.js';
export type { Flag, FlagOptions, FlagSchema, FlagValues } from './flags/schema.js';
export { createFront } from './http/front.js';
export { BODY_MAX_BYTES, EVENT_STREAM_BUFFER_MAX_BYTES } from './http/limits.js';
export type {
  EventStream,
  EventStreamOptions,
  Front,
  FrontAnswer,
  FrontOptions,
  FrontRequest,
  FrontResult,
  Handler,
  Headers,
  InjectedAnswer,
  InjectedRequest,
  InjectedStream,
  ListenOptions,
  RequestHead,
  RouteInfo,
  RouteOptions,
  StaticOptions,
  StreamEnd,
} from './http/types.js';
export { createLog } from './log/create-log.js';
export type { LevelToggle, Log, LogOptions } from './log/create-log.js';
export { silentLogger } from './log/logger.js';
export type { Logger, LogLevel, LogMethod } from './log/logger.js';
export { OncePerCause } from './log/once-per-cause.js';
export { MetricsRegistry } from './metrics/registry.js';
export type { Collector, Counter, SnapshotOptions, TimerMetric, TimerMetricOptions } from './metrics/registry.js';
export { registerSystemMetrics, systemStatistics } from './metrics/system.js';
export type { SystemStatistics } from './metrics/system.js';
export { dialable, hostnameOf, ipAsNumber, isLoopback, LISTEN_IP } from './net/address.js';
export type { Clock, Time, Timer, TimerOptions, Timers } from './time/clock.js';
export { ManualTime } from './time/manual-time.js';
export { realTime } from './time/real-time.js';
export { SeededRandom } from './time/seeded-random.js';
export { TimerTable } from './time/timer-table.js';
export { parseBytes, printBytes } from './units/bytes.js';
export { parseDuration, printDuration } from './units/duration.js';
export { parsePercent, parseRate, printPercent, printRate } from './units/rate.js';
export type { Rate } from './units/rate.js';
export type { Result } from './units/result.js';
