// Which agents a task may run on, by their attributes: Spark's constraints, `os:centos7;zone:a,b;gpu`. Pure.
import type { Attribute } from '@mini-mesos/proto';
import { attributesNamed, hasAttribute, parseAttributes, rangesAttribute, rangesInclude } from '@mini-mesos/resources';
import { fail, ok } from '@mini-mesos/resources';
import type { Result } from '@mini-mesos/resources';

export interface Constraint {
  readonly name: string;
  /** Empty where the attribute only has to be there. */
  readonly values: readonly string[];
}

/** All of the constraints have to hold. The whole text in an error, because a shell may have eaten its `;`. */
export function parseConstraints(text: string): Result<Constraint[]> {
  const constraints: Constraint[] = [];
  for (const entry of text.split(';').map((part) => part.trim())) {
    if (entry === '') continue;
    const colon = entry.indexOf(':');
    const name = (colon < 0 ? entry : entry.slice(0, colon)).trim();
    const values = colon < 0 ? [] : entry.slice(colon + 1).split(',');
    if (name === '') {
      return fail(`cannot read '${text}': expected name:value pairs joined by ';', for example os:centos7;zone:a,b`);
    }
    constraints.push({ name, values: values.map((value) => value.trim()).filter((value) => value !== '') });
  }
  return ok(constraints);
}

export const constraintText = ({ name, values }: Constraint): string =>
  values.length === 0 ? name : `${name}:${values.join(',')}`;

export interface Place {
  readonly hostname: string;
  readonly attributes: readonly Attribute[];
}

/** The first constraint that does not hold; undefined where all do. */
export function unmetConstraint(place: Place, constraints: readonly Constraint[]): Constraint | undefined {
  return constraints.find((constraint) => !holds(place, constraint));
}

/**
 * As in Spark: a text is one of the values, a number is at least one of them, ranges hold one of them, a set holds all.
 * `hostname` is also a name, where no attribute is called so.
 */
function holds({ hostname, attributes }: Place, { name, values }: Constraint): boolean {
  const [attribute] = attributesNamed(attributes, name);
  if (!attribute) return name === 'hostname' && (values.length === 0 || values.includes(hostname));
  if (values.length === 0) return true;
  switch (attribute.type) {
    case 'TEXT':
      return values.includes(attribute.text?.value ?? '') || hasEqual(attribute, name, values);
    case 'SCALAR':
      return values.some((value) => Number(value) <= (attribute.scalar?.value ?? 0));
    case 'RANGES':
      return values.some((value) => /^\d+$/.test(value) && rangesInclude(rangesOf(attribute), Number(value)));
    case 'SET':
      return values.every((value) => attribute.set?.item?.includes(value) ?? false);
  }
}

/** `a b` and `ab` are the same text: --attributes drops spaces. */
function hasEqual(attribute: Attribute, name: string, values: readonly string[]): boolean {
  return values.some((value) => {
    const parsed = parseAttributes(`${name}:${value}`);
    return parsed.ok && parsed.value.some((wanted) => hasAttribute([attribute], wanted));
  });
}

const rangesOf = (attribute: Attribute) => rangesAttribute([attribute], attribute.name) ?? [];
