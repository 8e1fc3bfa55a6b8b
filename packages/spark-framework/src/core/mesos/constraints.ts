// spark.mesos.constraints: which agents may run executors, by their attributes. `os:centos7;zone:a,b;gpus:2` – every
// key must match; a key without values only has to be there.
import type { Attribute } from '@mini-mesos/proto';

/** Values by attribute name; an empty set asks for presence only. */
export type Constraints = ReadonlyMap<string, ReadonlySet<string>>;

const GRAMMAR = "expected name:value,value;name:value, for example os:linux;zone:a,b (and 'name:' for any value)";

/** Reads a constraint string. The empty string is no constraint. */
export function parseConstraints(text: string): Constraints | { error: string } {
  if (text.trim() === '') return new Map();
  const constraints = new Map<string, Set<string>>();
  for (const entry of text.split(';')) {
    const [name = '', values, ...more] = entry.trim().split(':');
    if (name === '' || values === undefined || more.length > 0)
      return { error: `bad constraint string '${text}': ${GRAMMAR}` };
    if (constraints.has(name)) return { error: `bad constraint string '${text}': ${name} comes twice` };
    constraints.set(name, new Set(values === '' ? [] : values.split(',')));
  }
  return constraints;
}

/** Why an agent does not meet the constraints, as a sentence; undefined when it does. */
export function unmetConstraint(constraints: Constraints, attributes: readonly Attribute[]): string | undefined {
  for (const [name, wanted] of constraints) {
    const given = attributes.filter((attribute) => attribute.name === name);
    if (given.length === 0) return `${name} is not an attribute of the agent`;
    if (wanted.size > 0 && !given.some((attribute) => matches(attribute, wanted))) {
      return `${name} is ${describe(given)}, not ${[...wanted].join(' or ')}`;
    }
  }
  return undefined;
}

function matches(attribute: Attribute, wanted: ReadonlySet<string>): boolean {
  switch (attribute.type) {
    case 'SCALAR': {
      const offered = attribute.scalar?.value ?? 0;
      return [...wanted].some((value) => isNumber(value) && Number(value) <= offered);
    }
    case 'RANGES': {
      const ranges = attribute.ranges?.range ?? [];
      return [...wanted].some(
        (value) => isNumber(value) && ranges.some(({ begin, end }) => begin <= Number(value) && Number(value) <= end),
      );
    }
    case 'SET': {
      const items = new Set(attribute.set?.item);
      return [...wanted].every((value) => items.has(value));
    }
    case 'TEXT':
      return wanted.has(attribute.text?.value ?? '');
  }
}

function isNumber(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}

function describe(attributes: readonly Attribute[]): string {
  return attributes
    .map((attribute) => {
      if (attribute.type === 'SCALAR') return String(attribute.scalar?.value);
      if (attribute.type === 'TEXT') return attribute.text?.value ?? '';
      if (attribute.type === 'SET') return `{${attribute.set?.item?.join(',') ?? ''}}`;
      return `[${attribute.ranges?.range?.map(({ begin, end }) => `${begin}-${end}`).join(',') ?? ''}]`;
    })
    .join(' and ');
}
