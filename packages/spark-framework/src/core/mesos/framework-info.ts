// What the master is told about the framework.
import type { FrameworkInfo } from '@mini-mesos/proto';
import { invalidId } from '@mini-mesos/wire';
import type { SparkConf } from '../conf/spark-conf.js';

export interface FrameworkFacts {
  readonly name: string;
  readonly user: string;
  /** SPARK_PUBLIC_DNS, else the driver's host. */
  readonly hostname: string;
  readonly principal?: string | undefined;
  /** How many contexts this process had before: the id given from outside is for the first. */
  readonly contextNumber: number;
  /** Capabilities every framework of ours has. */
  readonly capabilities: readonly FrameworkInfo.Capability[];
}

export function frameworkInfo(
  conf: SparkConf,
  facts: FrameworkFacts,
): (Partial<FrameworkInfo> & { name: string }) | { error: string } {
  const { name, user, hostname, principal, contextNumber } = facts;
  const role = conf.text('spark.mesos.role');
  const webuiUrl = conf.text('spark.mesos.driver.webui.url');
  const preset = conf.text('spark.mesos.driver.frameworkId');
  const problem = preset === undefined ? undefined : invalidId(preset);
  if (problem !== undefined) return { error: `spark.mesos.driver.frameworkId: ${problem}` };
  const suffix = contextNumber === 0 ? '' : `-${String(contextNumber).padStart(4, '0')}`;
  const gpus = (conf.integer('spark.mesos.gpus.max') ?? 0) > 0;
  return {
    name,
    user,
    hostname,
    failover_timeout: conf.number('spark.mesos.driver.failoverTimeout'),
    ...(conf.boolean('spark.mesos.checkpoint') ? { checkpoint: true } : {}),
    capabilities: [...facts.capabilities, ...(gpus ? [{ type: 'GPU_RESOURCES' as const }] : [])],
    ...(role === undefined ? {} : { roles: [role] }),
    ...(principal === undefined ? {} : { principal }),
    ...(webuiUrl === undefined ? {} : { webui_url: webuiUrl }),
    ...(preset === undefined ? {} : { id: { value: `${preset}${suffix}` } }),
  };
}
