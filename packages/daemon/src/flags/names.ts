// Which flag a name means, in any of its spellings, and which one a mistyped name was meant to be. Pure.
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
    const nearest = [...this.#names.keys()]
      .map((name) => ({ name, edits: editDistance(wanted.replace(/^no_/, ''), name) }))
      .sort((a, b) => a.edits - b.edits || (a.name < b.name ? -1 : 1))[0];
    const isNear = nearest !== undefined && nearest.edits <= Math.max(EDITS_MAX, wanted.length / 3);
    const hint = isNear ? `did you mean --${nearest.name}?` : 'expected one of those that --help lists';
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

/** Letters to insert, drop or change, and neighbours to swap, that turn one word into the other. */
function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwap = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current[column] = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
        isSwap ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] ?? 0;
}
