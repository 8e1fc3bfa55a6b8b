// The text of the flag --resources: `name(role):value;…`, or a JSON array of Resource messages (Mesos:
// Resources::fromString and validateCommandLineResources in src/common/resources.cpp, with its texts).
import type { Resource } from '@mini-mesos/proto';
import { decodeResources } from '../messages/decode-json.js';
import { reservationsOf, upgradeResource } from '../messages/format.js';
import { validateResourceShape } from '../messages/shape.js';
import { fail, ok } from '../result.js';
import type { Result } from '../result.js';
import type { ParsedValue } from '../values/parse-value.js';
import { parseValue } from '../values/parse-value.js';

function messageFields(value: ParsedValue): Omit<Resource, 'name'> | undefined {
  switch (value.type) {
    case 'SCALAR':
      return { type: 'SCALAR', scalar: { value: value.value } };
    case 'RANGES':
      return { type: 'RANGES', ranges: { range: value.ranges.map((range) => ({ ...range })) } };
    case 'SET':
      return { type: 'SET', set: { item: [...value.items] } };
    case 'TEXT':
      return undefined;
  }
}

/** Splits `name(role)`; without parentheses the role is `defaultRole`. */
function parseNameAndRole(text: string, defaultRole: string): { name: string; role: string } | undefined {
  const open = text.indexOf('(');
  if (open < 0) return { name: text.trim(), role: defaultRole };
  const close = text.indexOf(')');
  if (close < open) return undefined;
  return { name: text.slice(0, open).trim(), role: text.slice(open + 1, close).trim() };
}

function parseToken(token: string, defaultRole: string): Result<Resource> {
  const [left, right, ...rest] = token.split(':').filter((part) => part !== '');
  if (left === undefined || right === undefined || rest.length > 0) {
    return fail(`Bad value for resources, missing or extra ':' in ${token}`);
  }
  const owner = parseNameAndRole(left, defaultRole);
  if (owner === undefined) return fail(`Bad value for resources, mismatched parentheses in ${token}`);
  const { name, role } = owner;
  const value = parseValue(right);
  if (!value.ok) return fail(`Failed to parse resource ${name} value ${right} error ${value.error}`);
  const fields = messageFields(value.value);
  if (fields === undefined) return fail(`Bad type for resource ${name} value ${right} type ${value.value.type}`);
  const message: Resource = { name, ...fields };
  return ok(role === '*' ? message : { ...message, reservations: [{ type: 'STATIC', role }] });
}

function parseSimpleText(text: string, defaultRole: string): Result<Resource[]> {
  const messages: Resource[] = [];
  for (const token of text.split(';')) {
    if (token.trim() === '') continue;
    const message = parseToken(token.trim(), defaultRole);
    if (!message.ok) return message;
    messages.push(message.value);
  }
  return ok(messages);
}

function parseJsonText(text: string, defaultRole: string): Result<Resource[]> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return fail(
      `Resources look like JSON but cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  if (!Array.isArray(json)) return fail('Resources in JSON must be an array of resources');
  const messages = decodeResources(json);
  if (!messages.ok) return fail(`Some JSON resources were not formatted properly: ${messages.error}`);
  return ok(
    messages.value.map((message) =>
      message.role === undefined && (message.reservations ?? []).length === 0
        ? { ...message, role: defaultRole }
        : message,
    ),
  );
}

/** What an operator may not write down, because only a running cluster makes it. */
function refuseRuntimeOnly(resource: Resource): string | undefined {
  if (resource.disk?.persistence !== undefined) return 'Persistent volumes cannot be specified at the command line';
  if (resource.revocable !== undefined) {
    return (
      "Revocable resources cannot be specified at the command line; do not include a 'revocable' key in the" +
      ' resources JSON'
    );
  }
  if (reservationsOf(resource).at(-1)?.type === 'DYNAMIC') {
    return (
      'Dynamic reservations cannot be specified at the command line; do not include a reservation with DYNAMIC type' +
      ' in the resources JSON'
    );
  }
  return undefined;
}

function refuseMixedTypes(resources: readonly Resource[]): string | undefined {
  const types = new Map<string, Resource['type']>();
  for (const { name, type } of resources) {
    if ((types.get(name) ?? type) !== type) {
      return `Resources with the same name ('${name}') but different types are not allowed`;
    }
    types.set(name, type);
  }
  return undefined;
}

/** The resources of the flag as valid messages in the refined format; zero amounts are still among them. */
export function parseResourceMessages(text: string, defaultRole: string): Result<Resource[]> {
  const isJson = /^\s*[[{]/.test(text);
  const messages = isJson ? parseJsonText(text, defaultRole) : parseSimpleText(text, defaultRole);
  if (!messages.ok) return messages;
  for (const message of messages.value) {
    const error = validateResourceShape(message) ?? refuseRuntimeOnly(message);
    if (error !== undefined) return fail(error);
  }
  const mixed = refuseMixedTypes(messages.value);
  return mixed === undefined ? ok(messages.value.map(upgradeResource)) : fail(mixed);
}
