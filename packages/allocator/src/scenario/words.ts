// The words of a line of a scenario, and how each is read. Whoever reads asks for what he expects; what is there
// instead becomes an error that names both.
import { Limits, parseAttributes, Quantities, Resources, validateRole } from '@mini-mesos/resources';
import type { Result } from '@mini-mesos/resources';
import type { Attribute } from '@mini-mesos/proto';

/** A line that cannot be read or carried out. */
export class ScenarioError extends Error {
  /** Counted from 1. */
  readonly line: number;

  constructor(line: number, message: string) {
    super(`line ${line}: ${message}`);
    this.name = 'ScenarioError';
    this.line = line;
  }
}

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  secs: 1_000,
  m: 60_000,
  mins: 60_000,
  h: 3_600_000,
  hrs: 3_600_000,
};

export class Line {
  readonly number: number;
  readonly text: string;
  readonly #usage: string;
  readonly #words: string[];
  readonly #options = new Map<string, string>();

  /** `words` without the name of the statement; those with `=` are options and stand anywhere. */
  constructor(number: number, { text, words, usage }: { text: string; words: readonly string[]; usage: string }) {
    this.number = number;
    this.text = text;
    this.#usage = usage;
    this.#words = [];
    for (const word of words) {
      const split = word.indexOf('=');
      if (split <= 0) this.#words.push(word);
      else this.#options.set(word.slice(0, split), word.slice(split + 1));
    }
  }

  fail(message: string): never {
    throw new ScenarioError(this.number, `${message}; expected: ${this.#usage}`);
  }

  #must<T>(result: Result<T>, what: string): T {
    return result.ok ? result.value : this.fail(`${what}: ${result.error}`);
  }

  get hasMore(): boolean {
    return this.#words.length > 0;
  }

  word(what: string): string {
    return this.#words.shift() ?? this.fail(`${what} is missing`);
  }

  /** All words that are left, as one text. */
  rest(): string {
    return this.#words.splice(0).join(' ');
  }

  option(name: string): string | undefined {
    const value = this.#options.get(name);
    this.#options.delete(name);
    return value;
  }

  /** Whether the word is there, which means yes. */
  flag(name: string): boolean {
    const at = this.#words.indexOf(name);
    if (at >= 0) this.#words.splice(at, 1);
    return at >= 0;
  }

  /** To be called last: whatever is left was not understood. */
  end(): void {
    const [left] = [...this.#words, ...Array.from(this.#options, ([name, value]) => `${name}=${value}`)];
    if (left !== undefined) this.fail(`'${left}' is not understood`);
  }

  role(text = this.word('a role')): string {
    const invalid = validateRole(text);
    return invalid === undefined ? text : this.fail(invalid);
  }

  list(text: string | undefined): string[] {
    return (text ?? '').split(',').filter((part) => part !== '');
  }

  numberOf(text: string, what: string): number {
    const number = Number(text);
    return text !== '' && Number.isFinite(number) ? number : this.fail(`${what} is '${text}', which is no number`);
  }

  durationMs(text: string): number {
    const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)([a-z]+)$/.exec(text) ?? [];
    const factor = UNITS_MS[unit];
    return factor === undefined
      ? this.fail(`'${text}' is no duration, such as 500ms, 5s, 2m or 1h`)
      : Number(number) * factor;
  }

  resources(text = this.word('resources')): Resources {
    return this.#must(Resources.parse(text), `resources '${text}'`);
  }

  quantities(text: string | undefined): Quantities {
    return this.#must(Quantities.parse(text ?? ''), `amounts '${text}'`);
  }

  limits(text: string | undefined): Limits {
    return this.#must(Limits.parse(text ?? ''), `limits '${text}'`);
  }

  attributes(text: string | undefined): readonly Attribute[] {
    return this.#must(parseAttributes(text ?? ''), `attributes '${text}'`);
  }
}
