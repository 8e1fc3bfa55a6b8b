// Which flag a name means, in any of its spellings, and which one a mistyped name was meant to be. Pure.
import { nearest } from './nearest.js';
import type { FlagSchema } from './schema.js';

export interface FoundFlag {
  readonly name: string;
  readonly given: string;
  readonly negated: boolean;
  /** Whether `--name value` takes the next argument. */
  readonly takesValue: boolean;
}

/** Suggestions are at most this many edits away, or a third of the name's length. */
const EDITS_MAX = 3;

export class FlagNames {
  readonly #schema: FlagSchema;
  /** Every spelling, with the flag's own name. */
  readonly #names = new Map<string, string>();
  readonly #letters = new Map<string, string>();

  constructor(schema: FlagSchema) {
    this.#schema = schema;
    for (const [name, { options }] of Object.entries(schema)) {
      for (const spelling of [name, ...(options.aliases ?? [])]) this.#names.set(normal(spelling), name);
      if (options.short !== undefined) this.#letters.set(options.short, name);
    }
  }

  /** By the name as it was written: `--work-dir`, `--no-quiet`, `-f`, or without dashes. */
  find(written: string): FoundFlag | undefined {
    if (/^-[^-]/.test(written)) return this.#found(this.#letters.get(written.slice(1)), false);
    const given = normal(written.replace(/^--/, ''));
    const plain = this.#found(this.#names.get(given), false, given);
    if (plain || !given.startsWith('no_')) return plain;
    const positive = given.slice('no_'.length);
    return this.#found(this.#names.get(positive), true, positive);
  }

  /** The message for a name that is none; `place` is shown as it was written. */
  unknown(place: string): string {
    const wanted = normal(place.replace(/^-+/, ''));
    const meant = nearest(wanted.replace(/^no_/, ''), this.#names.keys(), EDITS_MAX);
    const hint = meant === undefined ? 'expected one of those that --help lists' : `did you mean --${meant}?`;
    return `unknown flag ${place}: ${hint}`;
  }

  #found(name: string | undefined, negated: boolean, given = name ?? ''): FoundFlag | undefined {
    const found = name === undefined ? undefined : this.#schema[name];
    if (name === undefined || !found) return undefined;
    return { name, given, negated, takesValue: found.kind !== 'bool' && !negated };
  }
}

/** Mesos' spelling: lower case, with underscores. */
export const normal = (name: string): string => name.toLowerCase().replaceAll('-', '_');
