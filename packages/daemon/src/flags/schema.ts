// What a flag is: its name, how its text becomes a value and back, and what a person is told about it. A schema is a
// record from names in Mesos' spelling (`work_dir`) to flags; the types of the values follow from it.
import { parseBytes, printBytes } from '../units/bytes.js';
import { parseDuration, printDuration } from '../units/duration.js';
import { parsePercent, parseRate, printPercent, printRate } from '../units/rate.js';
import type { Rate } from '../units/rate.js';
import { failure, success } from '../units/result.js';
import type { Result } from '../units/result.js';

/** `path` values keep `file://` paths as paths, `json` values may also be the path of a file that holds them. */
type FlagKind = 'bool' | 'json' | 'path' | 'text';

export interface Flag<V> {
  readonly kind: FlagKind;
  readonly options: AnyFlagOptions;
  readonly parse: (text: string) => Result<NonNullable<V>>;
  readonly print: (value: NonNullable<V>) => string;
  /** The value where none is given; undefined where there is none. */
  readonly initial: V | undefined;
}

interface AnyFlagOptions {
  /** What the flag does, in a sentence or two. */
  help: string;
  /** The unit of the value, for the help text: 'milliseconds', 'host:port'. */
  unit?: string;
  /** A value as it could be given, for the help text. */
  example?: string;
  /** Deprecated names, still taken with a warning. */
  aliases?: readonly string[];
  /** One letter, so that `-f` works too. */
  short?: string;
  /** The value is never printed: /flags shows `[redacted]`. */
  secret?: boolean;
  /** Loading fails where nothing gives a value. */
  required?: boolean;
}

/** `D` is how the default is written: as a value, or as text in units. */
export interface FlagOptions<T, D = T> extends AnyFlagOptions {
  default?: D;
  /** What is wrong with a value, as 'expected …'; undefined where nothing is. */
  check?: (value: T) => string | undefined;
}

interface Bounds<L> {
  min?: L;
  max?: L;
}

/** A flag with a default, or one that is required, always has a value. */
type Held<T, O> = O extends { required: true } | { default: unknown } ? T : T | undefined;

// eslint-disable-next-line typescript/no-explicit-any -- a schema mixes flags of every type; FlagValues keeps each
export type FlagSchema = { readonly [name: string]: Flag<any> };
export type FlagValues<S extends FlagSchema> = { readonly [N in keyof S]: S[N] extends Flag<infer V> ? V : never };

interface Form<T> {
  kind?: FlagKind;
  parse: (text: string) => Result<T>;
  print: (value: T) => string;
}

function make<T, O extends FlagOptions<T, unknown>>(options: O, form: Form<T>): Flag<Held<T, O>> {
  const parse = (text: string): Result<T> => {
    const parsed = form.parse(text);
    const complaint = parsed.ok ? options.check?.(parsed.value) : undefined;
    return complaint === undefined ? parsed : failure(`cannot take '${text}': ${complaint}`);
  };
  return {
    kind: form.kind ?? 'text',
    options,
    parse,
    print: form.print,
    initial: initialValue(options.default, parse, form),
  } as Flag<Held<T, O>>;
}

/** A default in text is read as a given value would be; one that cannot be read is a mistake in the schema. */
function initialValue<T>(given: unknown, parse: (text: string) => Result<T>, form: Form<T>): T | undefined {
  if (given === undefined) return undefined;
  const parsed = parse(typeof given === 'string' ? given : form.print(given as T));
  if (!parsed.ok) throw new Error(`a default cannot be read: ${parsed.error}`);
  return parsed.value;
}

function withBounds<T, L>(
  options: FlagOptions<T, unknown> & Bounds<L>,
  { value, print }: { value: (limit: L) => T; print: (value: T) => string },
): FlagOptions<T, unknown> {
  const { min, max, check } = options;
  const bounded = (given: T): string | undefined => {
    if (min !== undefined && given < value(min)) return `expected at least ${print(value(min))}`;
    if (max !== undefined && given > value(max)) return `expected at most ${print(value(max))}`;
    return check?.(given);
  };
  return { ...options, check: bounded };
}

/** The value of a limit that the schema gives as text. */
const limitOf =
  <T>(parse: (text: string) => Result<T>) =>
  (text: string): T => {
    const parsed = parse(text);
    if (!parsed.ok) throw new Error(`a limit cannot be read: ${parsed.error}`);
    return parsed.value;
  };

function parseBool(text: string): Result<boolean> {
  if (text === 'true' || text === '1' || text === '') return success(true);
  if (text === 'false' || text === '0') return success(false);
  return failure(`cannot read '${text}': expected true or false`);
}

function parseInteger(text: string): Result<number> {
  const value = Number(text);
  if (!/^[+-]?\d+$/.test(text) || !Number.isSafeInteger(value)) {
    return failure(`cannot read '${text}': expected a whole number`);
  }
  return success(value);
}

function parseFloatNumber(text: string): Result<number> {
  const value = Number(text);
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) || !Number.isFinite(value)) {
    return failure(`cannot read '${text}': expected a number`);
  }
  return success(value);
}

function parseJson(text: string): Result<unknown> {
  try {
    return success(JSON.parse(text) as unknown);
  } catch (error) {
    return failure(`cannot read the value as JSON: ${(error as Error).message}`);
  }
}

/** The kinds of flags. Defaults and limits of durations, sizes, rates and shares are written in units: '15secs'. */
export const flag = {
  string: <const O extends FlagOptions<string>>(options: O): Flag<Held<string, O>> =>
    make<string, O>(options, { parse: success, print: String }),

  /** A path on this machine: `file:///x` is the path /x, not what the file holds. */
  path: <const O extends FlagOptions<string>>(options: O): Flag<Held<string, O>> =>
    make<string, O>(options, { kind: 'path', parse: success, print: String }),

  bool: <const O extends FlagOptions<boolean>>(options: O): Flag<Held<boolean, O>> =>
    make<boolean, O>(options, { kind: 'bool', parse: parseBool, print: String }),

  int: <const O extends FlagOptions<number> & Bounds<number>>(options: O): Flag<Held<number, O>> =>
    make<number, O>(withBounds(options, { value: (limit: number) => limit, print: String }) as O, {
      parse: parseInteger,
      print: String,
    }),

  float: <const O extends FlagOptions<number> & Bounds<number>>(options: O): Flag<Held<number, O>> =>
    make<number, O>(withBounds(options, { value: (limit: number) => limit, print: String }) as O, {
      parse: parseFloatNumber,
      print: String,
    }),

  /** Milliseconds. */
  duration: <const O extends FlagOptions<number, string> & Bounds<string>>(options: O): Flag<Held<number, O>> =>
    make<number, O>(withBounds(options, { value: limitOf(parseDuration), print: printDuration }) as O, {
      parse: parseDuration,
      print: printDuration,
    }),

  bytes: <const O extends FlagOptions<number, string> & Bounds<string>>(options: O): Flag<Held<number, O>> =>
    make<number, O>(withBounds(options, { value: limitOf(parseBytes), print: printBytes }) as O, {
      parse: parseBytes,
      print: printBytes,
    }),

  /** `1/10mins`. */
  rate: <const O extends FlagOptions<Rate, string>>(options: O): Flag<Held<Rate, O>> =>
    make<Rate, O>(options, { parse: parseRate, print: printRate }),

  /** `50%` is 0.5. */
  percent: <const O extends FlagOptions<number, string>>(options: O): Flag<Held<number, O>> =>
    make<number, O>(options, { parse: parsePercent, print: printPercent }),

  /** One of a few words. */
  oneOf: <const W extends string, const O extends FlagOptions<W>>(words: readonly W[], options: O): Flag<Held<W, O>> =>
    make<W, O>(options, {
      parse: (text) =>
        words.includes(text as W)
          ? success(text as W)
          : failure(`cannot read '${text}': expected one of ${words.join(', ')}`),
      print: String,
    }),

  /** Words joined by commas; empty ones are dropped. */
  list: <const O extends FlagOptions<readonly string[], string>>(options: O): Flag<Held<readonly string[], O>> =>
    make<readonly string[], O>(options, {
      parse: (text) => success(text.split(',').flatMap((word) => word.trim() || [])),
      print: (words) => words.join(','),
    }),

  /** JSON text, or the path of a file that holds it. `read` turns the parsed value into what the flag holds. */
  json: <T, const O extends FlagOptions<T, string> & { read: (value: unknown) => Result<T> }>(
    options: O & { read: (value: unknown) => Result<T> },
  ): Flag<Held<T, O>> =>
    make<T, O>(options, {
      kind: 'json',
      parse: (text) => {
        const parsed = parseJson(text);
        return parsed.ok ? options.read(parsed.value) : parsed;
      },
      print: (value) => JSON.stringify(value),
    }),
};
