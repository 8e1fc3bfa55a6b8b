// Attributes of agents: what --attributes says about a machine, and how it is compared and printed (Mesos:
// src/common/attributes.cpp). A name may appear several times, and a value's type decides what it can be matched with.
import type { Attribute } from '@mini-mesos/proto';
import { fail, ok } from './result.js';
import type { Result } from './result.js';
import { toMilli } from './values/milli.js';
import { parseValue } from './values/parse-value.js';
import type { ParsedValue } from './values/parse-value.js';
import { normaliseRanges, printRanges, rangesEqual } from './values/ranges.js';
import type { Range } from './values/ranges.js';
import { printSet, setsEqual } from './values/sets.js';

function attributeOf(name: string, value: ParsedValue): Attribute {
  switch (value.type) {
    case 'SCALAR':
      return { name, type: 'SCALAR', scalar: { value: value.value } };
    case 'RANGES':
      return { name, type: 'RANGES', ranges: { range: value.ranges.map((range) => ({ ...range })) } };
    case 'SET':
      // Mesos dies of a set here; nothing speaks against one.
      return { name, type: 'SET', set: { item: [...new Set(value.items)] } };
    case 'TEXT':
      return { name, type: 'TEXT', text: { value: value.text } };
  }
}

/**
 * Reads `rack:r1;zone:[1-3];os:centos7`. Line ends separate like `;`, only the first colon of a pair counts, and all
 * spaces are removed. `rack:2` is a number, not text.
 */
export function parseAttributes(text: string): Result<Attribute[]> {
  const attributes: Attribute[] = [];
  for (const token of text.split(/[;\n]/).map((part) => part.trim())) {
    if (token === '') continue;
    const colon = token.indexOf(':');
    const name = token.slice(0, Math.max(0, colon)).trim();
    const valueText = token.slice(colon + 1);
    if (name === '' || valueText === '') {
      return fail(`cannot read attribute '${token}': expected name:value pairs joined by ';', for example rack:r1`);
    }
    const value = parseValue(valueText);
    if (!value.ok) return fail(`cannot read attribute '${token}': ${value.error}`);
    attributes.push(attributeOf(name, value.value));
  }
  return ok(attributes);
}

/** Why an attribute in a message is not well formed, undefined where it is. */
export function validateAttribute({ name, type, scalar, ranges, text, set }: Attribute): string | undefined {
  if (name === '') return 'an attribute has no name';
  const values: Readonly<Record<Attribute['type'], unknown>> = { SCALAR: scalar, RANGES: ranges, TEXT: text, SET: set };
  return values[type] === undefined ? `attribute '${name}' of type ${type} has no value of that type` : undefined;
}

const rangesOf = (attribute: Attribute): readonly Range[] => normaliseRanges(attribute.ranges?.range ?? []);

function sameAttribute(left: Attribute, right: Attribute): boolean {
  if (left.name !== right.name || left.type !== right.type) return false;
  switch (left.type) {
    case 'SCALAR':
      return toMilli(left.scalar?.value ?? 0) === toMilli(right.scalar?.value ?? 0);
    case 'RANGES':
      return rangesEqual(rangesOf(left), rangesOf(right));
    case 'SET':
      return setsEqual(left.set?.item ?? [], right.set?.item ?? []);
    case 'TEXT':
      return left.text?.value === right.text?.value;
  }
}

/** Whether an attribute of the same name, type and value is among `attributes`. */
export function hasAttribute(attributes: readonly Attribute[], wanted: Attribute): boolean {
  return attributes.some((attribute) => sameAttribute(attribute, wanted));
}

/** Whether both say the same, in whatever order. */
export function attributesEqual(left: readonly Attribute[], right: readonly Attribute[]): boolean {
  return (
    left.length === right.length &&
    left.every((attribute) => hasAttribute(right, attribute)) &&
    right.every((attribute) => hasAttribute(left, attribute))
  );
}

/** All attributes called `name`, in their order. */
export function attributesNamed(attributes: readonly Attribute[], name: string): Attribute[] {
  return attributes.filter((attribute) => attribute.name === name);
}

function firstOfType(attributes: readonly Attribute[], name: string, type: Attribute['type']): Attribute | undefined {
  return attributes.find((attribute) => attribute.name === name && attribute.type === type);
}

/** The first text called `name`; a number or ranges of that name do not count. */
export function textAttribute(attributes: readonly Attribute[], name: string): string | undefined {
  return firstOfType(attributes, name, 'TEXT')?.text?.value;
}

/** The first number called `name`. */
export function scalarAttribute(attributes: readonly Attribute[], name: string): number | undefined {
  return firstOfType(attributes, name, 'SCALAR')?.scalar?.value;
}

/** The first ranges called `name`, sorted and joined. */
export function rangesAttribute(attributes: readonly Attribute[], name: string): readonly Range[] | undefined {
  const attribute = firstOfType(attributes, name, 'RANGES');
  return attribute === undefined ? undefined : rangesOf(attribute);
}

/** The first set called `name`. */
export function setAttribute(attributes: readonly Attribute[], name: string): readonly string[] | undefined {
  const attribute = firstOfType(attributes, name, 'SET');
  return attribute === undefined ? undefined : (attribute.set?.item ?? []);
}

function stateValue(attribute: Attribute): number | string {
  switch (attribute.type) {
    case 'SCALAR':
      return attribute.scalar?.value ?? 0;
    case 'RANGES':
      return printRanges(rangesOf(attribute));
    case 'SET':
      return printSet(attribute.set?.item ?? []);
    case 'TEXT':
      return attribute.text?.value ?? '';
  }
}

/** As in /state: numbers as numbers, everything else as text; of several of a name the last is shown. */
export function attributesToStateJson(attributes: readonly Attribute[]): Record<string, number | string> {
  return Object.fromEntries(attributes.map((attribute) => [attribute.name, stateValue(attribute)]));
}
