// Cuts what tasks need out of an offer. Reserved resources go first, because nobody else can use them; volumes, disks of
// providers and revocable resources are left out, because a task has to ask for those on purpose.
import type { CommandInfo, Offer, Resource, TaskInfo } from '@mini-mesos/proto';
import { Quantities, Resources } from '@mini-mesos/resources';
import type { ItemOrder, ResourceItem } from '@mini-mesos/resources';

/** Amounts by resource name in Mesos' units: cpus and gpus in whole ones, mem and disk in MiB, ports in number. */
export type Amounts = { readonly [name: string]: number };

export interface TaskSpec extends Partial<Omit<TaskInfo, 'task_id' | 'agent_id' | 'resources' | 'command'>> {
  taskId: string;
  resources: Amounts;
  /** A text is run by the shell. */
  command?: string | CommandInfo | undefined;
}

const scalar = (name: string, value: number): Resource => ({ name, type: 'SCALAR', scalar: { value } });

export const cpus = (amount: number): Resource => scalar('cpus', amount);
export const gpus = (amount: number): Resource => scalar('gpus', amount);
/** In MiB. */
export const mem = (amountMiB: number): Resource => scalar('mem', amountMiB);
/** In MiB. */
export const disk = (amountMiB: number): Resource => scalar('disk', amountMiB);

/** Ports from each begin to each end, both included. */
export const ports = (...ranges: readonly (readonly [begin: number, end: number])[]): Resource => ({
  name: 'ports',
  type: 'RANGES',
  ranges: { range: ranges.map(([begin, end]) => ({ begin, end })) },
});

/** What is offered, as a value to compute with. */
export const offerResources = (offer: Offer): Resources => Resources.fromProto(offer.resources);

const isPlain = (item: ResourceItem): boolean =>
  item.kind === 'divisible' && item.disk === undefined && !item.revocable && item.providerId === undefined;

const reservedFirst: ItemOrder = (left, right) => right.reservations.length - left.reservations.length;

/** `amounts` out of `available`, and what is left then; undefined where it is not enough. */
export function takeResources(
  available: Resources,
  amounts: Amounts,
): { taken: Resources; left: Resources } | undefined {
  const wanted = Quantities.fromProto(
    Object.fromEntries(Object.entries(amounts).map(([name, value]) => [name, { value }])),
  );
  const taken = available.filter(isPlain).shrinkTo(wanted, reservedFirst);
  return taken.containsQuantities(wanted) ? { taken, left: available.minus(taken) } : undefined;
}

function taskInfo(offer: Offer, spec: TaskSpec, resources: Resources): TaskInfo {
  const { taskId, resources: _, command, name, ...rest } = spec;
  return {
    ...rest,
    name: name ?? taskId,
    task_id: { value: taskId },
    agent_id: offer.agent_id,
    resources: resources.toProto(),
    ...(command === undefined ? {} : { command: typeof command === 'string' ? { value: command } : command }),
  };
}

/** A task on the agent of `offer`, with its resources out of the offer; undefined where the offer is too small. */
export function taskFrom(offer: Offer, spec: TaskSpec): TaskInfo | undefined {
  const cut = takeResources(offerResources(offer), spec.resources);
  return cut && taskInfo(offer, spec, cut.taken);
}

/** As many of `specs` as fit into `offer`, in their order; one that is too large does not keep later ones out. */
export function tasksFrom(offer: Offer, specs: readonly TaskSpec[]): { tasks: TaskInfo[]; unplaced: TaskSpec[] } {
  let available = offerResources(offer);
  const tasks: TaskInfo[] = [];
  const unplaced: TaskSpec[] = [];
  for (const spec of specs) {
    const cut = takeResources(available, spec.resources);
    if (cut) {
      available = cut.left;
      tasks.push(taskInfo(offer, spec, cut.taken));
    } else {
      unplaced.push(spec);
    }
  }
  return { tasks, unplaced };
}
