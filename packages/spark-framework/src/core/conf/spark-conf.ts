// Spark properties with their precedence (program over submit flags over properties file over default), checked as a
// whole before anything starts.
import { nearestName } from '../nearest.js';
import { IGNORED_PROPERTIES, PROPERTIES, PROPERTY_PREFIXES, type Property, type PropertyName } from './properties.js';
import { parseBytes, parseTimeMs } from './units.js';

export type ConfValue = string | number | boolean;
export type ConfValues = Readonly<Record<string, ConfValue>>;

/** Where values come from, the strongest first. */
export interface ConfLayers {
  readonly program?: ConfValues;
  readonly submit?: ConfValues;
  readonly file?: ConfValues;
}

/** Thrown for values that cannot be read; the message lists them all. */
export class ConfError extends Error {
  override name = 'ConfError';
}

export class SparkConf {
  private readonly values: ReadonlyMap<string, string>;
  /** What is odd but no error: unknown properties, with suggestions. */
  readonly warnings: readonly string[];

  /** Throws ConfError when a value cannot be read. */
  constructor({ program = {}, submit = {}, file = {} }: ConfLayers) {
    const values = new Map<string, string>();
    for (const layer of [file, submit, program]) {
      for (const [name, value] of Object.entries(layer)) values.set(name, String(value));
    }
    const errors: string[] = [];
    const warnings: string[] = [];
    for (const [name, value] of values) {
      const property = propertyOf(name);
      const problem = property === undefined ? undefined : problemOf(value, property);
      if (problem !== undefined) errors.push(`${name}: ${problem}`);
      if (property === undefined) warnings.push(...unknownWarning(name));
      else if (isWithoutEffect(value, property)) warnings.push(`${name}=${value} has no effect in this version`);
    }
    if (errors.length > 0) throw new ConfError(errors.join('\n'));
    this.values = values;
    this.warnings = warnings;
  }

  /** Throws ConfError when a value cannot be read. */
  static check(values: ConfValues): void {
    void new SparkConf({ program: values });
  }

  /** The text given for a property; undefined when it was not given. */
  given(name: string): string | undefined {
    return this.values.get(name);
  }

  text(name: PropertyName): string | undefined {
    return this.values.get(name) ?? defaultOf(name);
  }

  /** Upper case, as Spark matches such values without regard to case. */
  choice(name: PropertyName): string {
    return this.required(name);
  }

  integer(name: PropertyName): number | undefined {
    const value = this.text(name);
    return value === undefined ? undefined : Number(value);
  }

  number(name: PropertyName): number {
    return Number(this.required(name));
  }

  boolean(name: PropertyName): boolean {
    return this.required(name).trim().toLowerCase() === 'true';
  }

  timeMs(name: PropertyName): number {
    return this.optionalTimeMs(name) ?? missing(name);
  }

  optionalTimeMs(name: PropertyName): number | undefined {
    const property: Property = PROPERTIES[name];
    const value = this.text(name);
    if (value === undefined || property.kind !== 'time') return undefined;
    const parsed = parseTimeMs(value, property.unit);
    return typeof parsed === 'number' ? parsed : undefined;
  }

  bytes(name: PropertyName): number {
    return this.optionalBytes(name) ?? missing(name);
  }

  optionalBytes(name: PropertyName): number | undefined {
    const property: Property = PROPERTIES[name];
    const value = this.text(name);
    if (value === undefined || property.kind !== 'size') return undefined;
    const parsed = parseBytes(value, property.unit);
    return typeof parsed === 'number' ? parsed : undefined;
  }

  /** Whole MiB of a size. */
  mebibytes(name: PropertyName): number {
    return Math.floor(this.bytes(name) / 1024 ** 2);
  }

  /** All that was given, by name. */
  entries(): [string, string][] {
    return [...this.values].toSorted(([a], [b]) => (a < b ? -1 : 1));
  }

  /** Values under a prefix, by the rest of their names. */
  withPrefix(prefix: string): Record<string, string> {
    const found = this.entries().filter(([name]) => name.startsWith(prefix));
    return Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length), value]));
  }

  private required(name: PropertyName): string {
    return this.text(name) ?? missing(name);
  }
}

function missing(name: string): never {
  throw new ConfError(`${name} is not set and has no default`);
}

function defaultOf(name: PropertyName): string | undefined {
  const property: Property = PROPERTIES[name];
  return property.default;
}

function propertyOf(name: string): Property | undefined {
  return Object.hasOwn(PROPERTIES, name) ? PROPERTIES[name as PropertyName] : undefined;
}

function unknownWarning(name: string): string[] {
  if (IGNORED_PROPERTIES.has(name)) return [`${name} has no effect in this version`];
  if (!name.startsWith('spark.') || PROPERTY_PREFIXES.some((prefix) => name.startsWith(prefix))) return [];
  const meant = nearestName(name, Object.keys(PROPERTIES));
  return [`unknown property ${name}${meant === undefined ? '' : `: did you mean ${meant}?`}`];
}

function isWithoutEffect(value: string, property: Property): boolean {
  return property.kind === 'choice' && property.withoutEffect?.includes(value.trim().toUpperCase()) === true;
}

function problemOf(value: string, property: Property): string | undefined {
  switch (property.kind) {
    case 'text':
      return undefined;
    case 'integer':
      return integerProblem(value, property.min ?? Number.MIN_SAFE_INTEGER);
    case 'number': {
      const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = property;
      const number = Number(value);
      const fits = value.trim() !== '' && number >= min && number <= max;
      return fits ? undefined : `'${value}' is not a number from ${min} to ${max}`;
    }
    case 'boolean':
      return /^(true|false)$/i.test(value.trim()) ? undefined : `'${value}' is neither true nor false`;
    case 'time':
      return errorOf(parseTimeMs(value, property.unit));
    case 'size':
      return errorOf(parseBytes(value, property.unit));
    case 'choice': {
      const known = property.of.some((choice) => choice.toLowerCase() === value.trim().toLowerCase());
      return known ? undefined : `'${value}' is not one of ${property.of.join(', ')}`;
    }
  }
}

function integerProblem(value: string, min: number): string | undefined {
  const number = Number(value);
  if (value.trim() === '' || !Number.isSafeInteger(number)) return `'${value}' is not a whole number`;
  return number < min ? `${value} is less than ${min}` : undefined;
}

function errorOf(parsed: number | { error: string }): string | undefined {
  return typeof parsed === 'number' ? undefined : parsed.error;
}
