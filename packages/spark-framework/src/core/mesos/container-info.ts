// The container of an executor, from the spark.mesos.executor.docker.* and spark.mesos.network.* properties.
import type { ContainerInfo, NetworkInfo, Volume } from '@mini-mesos/proto';
import type { SparkConf } from '../conf/spark-conf.js';
import { parseLabels } from './labels.js';

type DockerInfo = ContainerInfo.DockerInfo;

/** The container and what was left out because it cannot be read. */
export interface ContainerSpec {
  readonly container: ContainerInfo;
  readonly warnings: readonly string[];
}

/** DOCKER when an image is set and the containerizer is docker (the default), otherwise MESOS. */
export function containerFor(conf: SparkConf): ContainerSpec {
  const image = conf.text('spark.mesos.executor.docker.image');
  const docker = image !== undefined && conf.choice('spark.mesos.containerizer').toLowerCase() === 'docker';
  const warnings: string[] = [];
  const networks = networkInfos(conf);
  const container: ContainerInfo = {
    type: docker ? 'DOCKER' : 'MESOS',
    ...(image === undefined ? {} : imageParts(image, docker, { conf, warnings })),
    ...(networks.length === 0 ? {} : { network_infos: networks }),
  };
  return { container, warnings };
}

interface Reading {
  readonly conf: SparkConf;
  readonly warnings: string[];
}

function imageParts(image: string, docker: boolean, { conf, warnings }: Reading): Partial<ContainerInfo> {
  const forcePull = conf.boolean('spark.mesos.executor.docker.forcePullImage');
  const volumes = entries(conf.text('spark.mesos.executor.docker.volumes')).flatMap((entry) =>
    keep(parseVolume(entry), warnings),
  );
  return {
    ...(volumes.length === 0 ? {} : { volumes }),
    ...(docker
      ? { docker: dockerInfo(image, forcePull, { conf, warnings }) }
      : { mesos: { image: { type: 'DOCKER', docker: { name: image }, cached: !forcePull } } }),
  };
}

function dockerInfo(image: string, forcePull: boolean, { conf, warnings }: Reading): DockerInfo {
  const ports = entries(conf.text('spark.mesos.executor.docker.portmaps')).flatMap((entry) =>
    keep(parsePortMap(entry), warnings),
  );
  const network = conf.text('spark.mesos.network.name');
  const parameters = [
    ...entries(conf.text('spark.mesos.executor.docker.parameters')).flatMap((entry) =>
      keep(parseParameter(entry), warnings),
    ),
    ...(network === undefined ? [] : [{ key: 'net', value: network }]),
  ];
  return {
    image,
    force_pull_image: forcePull,
    ...(network === undefined ? {} : { network: 'USER' as const }),
    ...(ports.length === 0 ? {} : { port_mappings: ports }),
    ...(parameters.length === 0 ? {} : { parameters }),
  };
}

function networkInfos(conf: SparkConf): NetworkInfo[] {
  const name = conf.text('spark.mesos.network.name');
  if (name === undefined) return [];
  const labels = conf.text('spark.mesos.network.labels');
  return [{ name, ...(labels === undefined ? {} : { labels: parseLabels(labels) }) }];
}

function entries(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

function keep<T>(parsed: T | { problem: string }, warnings: string[]): T[] {
  if (typeof parsed === 'object' && parsed !== null && 'problem' in parsed) {
    warnings.push(parsed.problem);
    return [];
  }
  return [parsed];
}

/** [host:]container[:ro|:rw] */
export function parseVolume(text: string): Volume | { problem: string } {
  const parts = text.split(':');
  const last = parts.at(-1);
  const mode = last === 'ro' || last === 'rw' ? parts.pop() : undefined;
  const [first, second, ...more] = parts;
  if (first === undefined || first === '' || more.length > 0) {
    return { problem: `volume '${text}' is left out: expected [host:]container[:ro|:rw]` };
  }
  const container = second ?? first;
  return {
    container_path: container,
    mode: mode === 'ro' ? 'RO' : 'RW',
    ...(second === undefined ? {} : { host_path: first }),
  };
}

/** host:container[:tcp|:udp] */
export function parsePortMap(text: string): ContainerInfo.DockerInfo.PortMapping | { problem: string } {
  const match = /^(\d+):(\d+)(?::(tcp|udp))?$/.exec(text);
  if (match === null) return { problem: `port mapping '${text}' is left out: expected host:container[:tcp|:udp]` };
  return { host_port: Number(match[1]), container_port: Number(match[2]), protocol: match[3] ?? 'tcp' };
}

/** key=value, split at the first '='. */
function parseParameter(text: string): { key: string; value: string } | { problem: string } {
  const at = text.indexOf('=');
  if (at <= 0) return { problem: `docker parameter '${text}' is left out: expected key=value` };
  return { key: text.slice(0, at), value: text.slice(at + 1) };
}
