// The resources inside an operation: which fields hold them, and how allocation comes in and goes out.
import type { Offer, Resource } from '@mini-mesos/proto';

type Change = (resource: Resource) => Resource;

/** The operation with every resource in it changed. */
export function mapResources(operation: Offer.Operation, change: Change): Offer.Operation {
  const all = (list: Resource[] | undefined) => (list ?? []).map(change);
  const { reserve, unreserve, create, destroy, grow_volume: grow, shrink_volume: shrink } = operation;
  const { launch, launch_group: group, create_disk: createDisk, destroy_disk: destroyDisk } = operation;
  return {
    ...operation,
    ...(reserve && { reserve: { ...reserve, resources: all(reserve.resources), source: all(reserve.source) } }),
    ...(unreserve && { unreserve: { resources: all(unreserve.resources) } }),
    ...(create && { create: { volumes: all(create.volumes) } }),
    ...(destroy && { destroy: { volumes: all(destroy.volumes) } }),
    ...(grow && { grow_volume: { volume: change(grow.volume), addition: change(grow.addition) } }),
    ...(shrink && { shrink_volume: { ...shrink, volume: change(shrink.volume) } }),
    ...(createDisk && { create_disk: { ...createDisk, source: change(createDisk.source) } }),
    ...(destroyDisk && { destroy_disk: { source: change(destroyDisk.source) } }),
    ...(launch && { launch: { task_infos: (launch.task_infos ?? []).map((task) => mapTask(task, all)) } }),
    ...(group && {
      launch_group: {
        executor: { ...group.executor, resources: all(group.executor.resources) },
        task_group: { tasks: (group.task_group.tasks ?? []).map((task) => mapTask(task, all)) },
      },
    }),
  };
}

type Task = NonNullable<Offer.Operation.Launch['task_infos']>[number];

function mapTask(task: Task, all: (list: Resource[] | undefined) => Resource[]): Task {
  return {
    ...task,
    resources: all(task.resources),
    ...(task.executor && { executor: { ...task.executor, resources: all(task.executor.resources) } }),
  };
}

/** Every resource in an operation, for validation. */
export function resourcesIn(operation: Offer.Operation): Resource[] {
  const found: Resource[] = [];
  mapResources(operation, (resource) => {
    found.push(resource);
    return resource;
  });
  return found;
}

/** Frameworks may leave the allocation out: it is that of the offer. */
export function withAllocation(operation: Offer.Operation, role: string): Offer.Operation {
  return mapResources(operation, (resource) =>
    resource.allocation_info ? resource : { ...resource, allocation_info: { role } },
  );
}

export function withoutAllocation(operation: Offer.Operation): Offer.Operation {
  return mapResources(operation, ({ allocation_info: _, ...resource }) => resource);
}
