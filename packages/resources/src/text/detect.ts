// What an agent offers: what --resources gives, and for each of cpus, gpus, mem, disk and ports that it does not name
// what the machine has (Mesos: Containerizer::resources in src/slave/containerizer/containerizer.cpp).
import { fail, ok } from '../result.js';
import type { Result } from '../result.js';
import { Resources } from '../resources.js';
import type { Reservation, ResourceItemInit } from '../items/item.js';
import type { ResourceValue } from '../values/value.js';
import { parseResourceMessages } from './resource-text.js';

const MIB = 2 ** 20;
const GIB = 2 ** 30;

// Mesos' constants (src/slave/constants.hpp): what is assumed where a machine does not tell.
const DEFAULT_CPUS = 1;
const DEFAULT_MEM_MIB = 1024;
const DEFAULT_DISK_MIB = 10 * 1024;
const DEFAULT_PORTS = { begin: 31_000, end: 32_000 };

/** What --resources says. */
export interface GivenResources {
  readonly resources: Resources;
  /** The names that were given, with those given as zero: neither is detected. */
  readonly names: ReadonlySet<string>;
  /** The role of what is detected. */
  readonly defaultRole: string;
}

/** What is known about a machine; undefined where it could not be found out. */
export interface MachineFacts {
  readonly cpuCount?: number | undefined;
  readonly memTotalBytes?: number | undefined;
  /** Size of the file system that holds the work directory. */
  readonly diskTotalBytes?: number | undefined;
  /** GPUs the driver reports; undefined where GPUs are not isolated, then gpus are taken as given. */
  readonly gpuCount?: number | undefined;
  /** The value of --nvidia_gpu_devices. */
  readonly gpuDevices?: readonly number[] | undefined;
}

/** Reads the flag --resources. */
export function parseResourcesFlag(text: string, defaultRole = '*'): Result<GivenResources> {
  const messages = parseResourceMessages(text, defaultRole);
  if (!messages.ok) return messages;
  return ok({
    resources: Resources.fromProto(messages.value),
    names: new Set(messages.value.map(({ name }) => name)),
    defaultRole,
  });
}

/** All but 1 GiB for the system, on machines below 2 GiB half; whole MiB. */
function offeredMemMiB(totalBytes: number): number {
  return Math.floor((totalBytes >= 2 * GIB ? totalBytes - GIB : totalBytes / 2) / MIB);
}

/** All but 5 GiB for the system, on file systems below 10 GiB half; whole MiB. */
function offeredDiskMiB(totalBytes: number): number {
  return Math.floor((totalBytes >= 10 * GIB ? totalBytes - 5 * GIB : totalBytes / 2) / MIB);
}

function refuseGpus(given: GivenResources, facts: MachineFacts & { readonly gpuCount: number }): string | undefined {
  const { gpuDevices, gpuCount } = facts;
  const milli = given.resources.scalarMilli('gpus');
  if (milli === 0) {
    if (gpuDevices === undefined) return undefined;
    return given.names.has('gpus')
      ? "'--nvidia_gpu_devices' cannot be specified when '--resources' specifies 0 GPUs"
      : "'--nvidia_gpu_devices' cannot be set without also setting 'gpus' in '--resources'";
  }
  if (gpuDevices === undefined) return "The 'gpus' resource cannot be set without also setting '--nvidia_gpu_devices'";
  if (milli % 1000 !== 0) return "The 'gpus' resource must be a non-negative integer";
  if (new Set(gpuDevices).size < gpuDevices.length) return "'--nvidia_gpu_devices' contains duplicates";
  if (gpuDevices.length * 1000 !== milli) {
    return "'--resources' and '--nvidia_gpu_devices' specify different numbers of GPU devices";
  }
  if (milli > gpuCount * 1000) {
    return 'The number of GPUs requested is greater than the number of GPUs available on the machine';
  }
  return undefined;
}

/** What the agent offers. Fails only where the flags about GPUs and the machine contradict each other. */
export function detectResources(given: GivenResources, facts: MachineFacts): Result<Resources> {
  const { names, defaultRole } = given;
  const { gpuCount } = facts;
  if (gpuCount !== undefined) {
    const refused = refuseGpus(given, { ...facts, gpuCount });
    if (refused !== undefined) return fail(refused);
  }
  const reservations: Reservation[] = defaultRole === '*' ? [] : [{ type: 'STATIC', role: defaultRole }];
  const detected: ResourceItemInit[] = [];
  const detect = (name: string, value: ResourceValue): void => {
    if (!names.has(name)) detected.push({ name, value, reservations });
  };
  const { cpuCount = DEFAULT_CPUS, memTotalBytes, diskTotalBytes } = facts;
  const mem = memTotalBytes === undefined ? DEFAULT_MEM_MIB : offeredMemMiB(memTotalBytes);
  const disk = diskTotalBytes === undefined ? DEFAULT_DISK_MIB : offeredDiskMiB(diskTotalBytes);
  detect('cpus', { type: 'SCALAR', milli: cpuCount * 1000 });
  if (gpuCount !== undefined) detect('gpus', { type: 'SCALAR', milli: gpuCount * 1000 });
  detect('mem', { type: 'SCALAR', milli: mem * 1000 });
  detect('disk', { type: 'SCALAR', milli: disk * 1000 });
  detect('ports', { type: 'RANGES', ranges: [DEFAULT_PORTS] });
  return ok(given.resources.plus(Resources.of(detected)));
}
