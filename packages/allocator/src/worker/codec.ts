// Values as messages between threads carry them. Instances lose their class on the way, and copying the same resources
// again and again costs more than a cycle; so resources and texts are told once, with a number, and named by it later.
import { Limits, Quantities, Resources } from '@mini-mesos/resources';
import type { ResourceItemInit } from '@mini-mesos/resources';

/** What the other side does not know yet: numbers follow each other from `first`. */
export interface News {
  /** The table starts anew before this. */
  readonly isReset: boolean;
  readonly values: readonly (string | { readonly items: readonly ResourceItemInit[] })[];
}

/** Most values that both sides remember; at the maximum they start anew. */
const VALUES_MAX = 262_144;

export class Encoder {
  #texts = new Map<string, number>();
  #resources = new WeakMap<Resources, number>();
  #size = 0;
  #news: News['values'][number][] = [];
  #isReset = false;

  /** What was numbered since the last call. To be sent ahead of what uses the numbers. */
  takeNews(): News {
    const news = { isReset: this.#isReset, values: this.#news };
    this.#news = [];
    this.#isReset = false;
    return news;
  }

  /** To be called between messages. */
  trim(): void {
    if (this.#size < VALUES_MAX) return;
    this.#texts = new Map();
    this.#resources = new WeakMap();
    this.#size = 0;
    this.#isReset = true;
  }

  text(text: string): number {
    let number = this.#texts.get(text);
    if (number === undefined) {
      number = this.#tell(text);
      this.#texts.set(text, number);
    }
    return number;
  }

  resources(resources: Resources): number {
    let number = this.#resources.get(resources);
    if (number === undefined) {
      number = this.#tell({ items: resources.items });
      this.#resources.set(resources, number);
    }
    return number;
  }

  #tell(value: News['values'][number]): number {
    this.#news.push(value);
    this.#size += 1;
    return this.#size - 1;
  }

  /** Anything made of plain data, Maps, Sets, and instances of the resource algebra. */
  value(value: unknown): unknown {
    if (value instanceof Resources) return { $resources: this.resources(value) };
    if (value instanceof Quantities) return { $quantities: value.entries };
    if (value instanceof Limits) return { $limits: value.entries };
    if (value instanceof Map) return new Map(Array.from(value, ([key, each]) => [key, this.value(each)]));
    if (value instanceof Set || value instanceof Uint8Array) return value;
    if (Array.isArray(value)) return value.map((each) => this.value(each));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, this.value(each)]));
  }
}

export class Decoder {
  #values: (string | Resources)[] = [];

  learn({ isReset, values }: News): void {
    if (isReset) this.#values = [];
    for (const value of values) this.#values.push(typeof value === 'string' ? value : Resources.of(value.items));
  }

  text(number: number): string {
    return this.#values[number] as string;
  }

  resources(number: number): Resources {
    return this.#values[number] as Resources;
  }

  value(value: unknown): unknown {
    if (value instanceof Map) return new Map(Array.from(value, ([key, each]) => [key, this.value(each)]));
    if (value instanceof Set || value instanceof Uint8Array) return value;
    if (Array.isArray(value)) return value.map((each) => this.value(each));
    if (typeof value !== 'object' || value === null) return value;
    const { $resources, $quantities, $limits } = value as Coded;
    if ($resources !== undefined) return this.resources($resources);
    if ($quantities !== undefined) return Quantities.of($quantities.map(({ name, milli }) => [name, milli]));
    if ($limits !== undefined) return Limits.of($limits.map(({ name, milli }) => [name, milli]));
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, this.value(each)]));
  }
}

interface Coded {
  readonly $resources?: number;
  readonly $quantities?: readonly { name: string; milli: number }[];
  readonly $limits?: readonly { name: string; milli: number }[];
}
