// Operations for ACCEPT, and calls that take them one or many.
import type { ExecutorInfo, Labels, Offer, Resource, TaskInfo } from '@mini-mesos/proto';
import { Resources } from '@mini-mesos/resources';

export type Operation = Offer.Operation;
/** Resources as messages, or as values of the resource algebra. */
export type ResourcesLike = readonly Resource[] | Resources;

const messages = (resources: ResourcesLike): Resource[] =>
  resources instanceof Resources ? resources.toProto() : [...resources];

/** Launches tasks, each in an executor of its own unless it names one. */
export const launch = (tasks: readonly TaskInfo[]): Operation => ({
  type: 'LAUNCH',
  launch: { task_infos: [...tasks] },
});

/** Launches tasks as one pod: all or none of them start, and one that fails ends the others. */
export const launchGroup = (executor: ExecutorInfo, tasks: readonly TaskInfo[]): Operation => ({
  type: 'LAUNCH_GROUP',
  launch_group: { executor, task_group: { tasks: [...tasks] } },
});

export interface ReservationOptions {
  role: string;
  principal?: string | undefined;
  labels?: Labels | undefined;
}

/** Reserves resources: as they are where they carry the reservation already, else for the role that is given. */
export function reserve(resources: ResourcesLike, reservation?: ReservationOptions): Operation {
  const wanted = reservation
    ? Resources.fromProto(messages(resources))
        .pushReservation({ type: 'DYNAMIC', ...reservation })
        .toProto()
    : messages(resources);
  return { type: 'RESERVE', reserve: { resources: wanted } };
}

/** Gives up the topmost reservation of resources, which are named as they are reserved now. */
export const unreserve = (resources: ResourcesLike): Operation => ({
  type: 'UNRESERVE',
  unreserve: { resources: messages(resources) },
});

/** Makes persistent volumes of reserved disks; each resource carries the `disk` that it is to become. */
export const createVolumes = (volumes: ResourcesLike): Operation => ({
  type: 'CREATE',
  create: { volumes: messages(volumes) },
});

/** Destroys persistent volumes with all data on them. */
export const destroyVolumes = (volumes: ResourcesLike): Operation => ({
  type: 'DESTROY',
  destroy: { volumes: messages(volumes) },
});
