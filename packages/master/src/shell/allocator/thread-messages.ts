// What goes between the master and its allocator's thread. Resources and quantities arrive as plain data and are made
// whole again; what was one object on one side is one object on the other.
import type {
  Allocation,
  AllocatorCommand,
  AllocatorOptions,
  ExplainQuestion,
  Explanation,
} from '@mini-mesos/allocator';
import { Limits, Quantities, Resources } from '@mini-mesos/resources';
import type { AllocatorView } from '../../core/views/metrics/roles.js';

/** What a thread is started with. */
export interface ThreadStart {
  readonly options: AllocatorOptions;
}

export type ToThread =
  | { readonly type: 'commands'; readonly commands: readonly Timed[] }
  | { readonly type: 'tick'; readonly nowMs: number }
  /** A message was taken in: the next one may come. */
  | { readonly type: 'more' }
  | { readonly type: 'explain'; readonly id: number; readonly question: ExplainQuestion; readonly nowMs: number };

export interface Timed {
  readonly command: AllocatorCommand;
  readonly nowMs: number;
}

export type FromThread =
  /** In pieces, one at a time, so that the master's thread can do something else between them. */
  | { readonly type: 'allocations'; readonly allocations: readonly Allocation[] }
  | {
      readonly type: 'cycle';
      readonly durationMs: number;
      readonly latencyMs: number;
      /** Of a tick; undefined where it is too soon for another. */
      readonly view: AllocatorView | undefined;
      readonly isTick: boolean;
    }
  | { readonly type: 'explained'; readonly id: number; readonly explanation: Explanation };

/** Makes whole what a thread was sent; equal instances stay one instance. */
export class Reviver {
  readonly #resources = new Map<unknown, Resources>();

  command(command: AllocatorCommand): AllocatorCommand {
    switch (command.type) {
      case 'add-framework':
        return { ...command, framework: this.#framework(command.framework), used: this.#byKey(command.used) };
      case 'update-framework':
        return { ...command, framework: this.#framework(command.framework) };
      case 'add-agent':
        return { ...command, total: this.resources(command.total), used: this.#byKey(command.used) };
      case 'update-agent':
        return { ...command, total: this.resources(command.total) };
      case 'recover':
        return { ...command, resources: this.resources(command.resources) };
      case 'update-allocation':
      case 'update-available':
        return {
          ...command,
          consumed: this.resources(command.consumed),
          converted: this.resources(command.converted),
        };
      case 'update-quota':
        return { ...command, guarantees: quantities(command.guarantees), limits: limits(command.limits) };
      default:
        return command;
    }
  }

  allocations(allocations: readonly Allocation[]): Allocation[] {
    return allocations.map((allocation) => ({ ...allocation, resources: this.resources(allocation.resources) }));
  }

  resources(sent: Resources): Resources {
    const known = this.#resources.get(sent);
    if (known) return known;
    const made = Resources.of(sent.items);
    this.#resources.set(sent, made);
    return made;
  }

  #byKey(sent: ReadonlyMap<string, Resources>): Map<string, Resources> {
    return new Map(Array.from(sent, ([key, value]) => [key, this.resources(value)]));
  }

  #framework<F extends Extract<AllocatorCommand, { type: 'update-framework' }>['framework']>(sent: F): F {
    const minima = Array.from(sent.minAllocatable, ([role, sets]) => [role, sets.map(quantities)] as const);
    return { ...sent, minAllocatable: new Map(minima) };
  }
}

export function reviveOptions(options: AllocatorOptions): AllocatorOptions {
  const { minAllocatable, chopSize } = options;
  return {
    ...options,
    minAllocatable: minAllocatable?.map(quantities),
    chopSize: chopSize && limits(chopSize),
  };
}

const quantities = ({ entries }: Quantities): Quantities => Quantities.of(pairs(entries));
const limits = ({ entries }: Limits): Limits => Limits.of(pairs(entries));

function pairs(entries: readonly { readonly name: string; readonly milli: number }[]): [string, number][] {
  return entries.map(({ name, milli }) => [name, milli]);
}
