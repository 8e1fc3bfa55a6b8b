// What Mesos tells of the machine: /system/stats.json and the `system/` metrics.
import { cpus, freemem, loadavg, totalmem } from 'node:os';
import type { MetricsRegistry } from './registry.js';

export interface SystemStatistics {
  readonly avg_load_15min: number;
  readonly avg_load_1min: number;
  readonly avg_load_5min: number;
  readonly cpus_total: number;
  readonly mem_free_bytes: number;
  readonly mem_total_bytes: number;
}

/** Of this machine, now. */
export function systemStatistics(): SystemStatistics {
  const [one = 0, five = 0, fifteen = 0] = loadavg();
  return {
    avg_load_15min: fifteen,
    avg_load_1min: one,
    avg_load_5min: five,
    cpus_total: cpus().length,
    mem_free_bytes: freemem(),
    mem_total_bytes: totalmem(),
  };
}

/** `system/cpus_total`, `system/load_1min` …, `system/mem_total_bytes`, `system/mem_free_bytes`. */
export function registerSystemMetrics(metrics: MetricsRegistry): void {
  metrics.collect(() => {
    const statistics = systemStatistics();
    return [
      ['system/cpus_total', statistics.cpus_total],
      ['system/load_1min', statistics.avg_load_1min],
      ['system/load_5min', statistics.avg_load_5min],
      ['system/load_15min', statistics.avg_load_15min],
      ['system/mem_free_bytes', statistics.mem_free_bytes],
      ['system/mem_total_bytes', statistics.mem_total_bytes],
    ];
  });
}
