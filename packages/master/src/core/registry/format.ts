// Operations as JSON, and a registry as the shortest list of operations that makes it: what is stored has one form.
// Messages are written as Mesos' JSON, so that a person reads in the registry what the APIs show.
import type { MessageName, MessageTypes } from '@mini-mesos/proto';
import { DecodeError, fromJson, toJsonValue } from '@mini-mesos/wire';
import type { RegistryOperation } from './operations.js';
import type { Registry } from './registry.js';

type Json = { [name: string]: unknown };
/** `write` and `read` are each other's reverse; `read` throws where it cannot. */
interface Field {
  write(value: never): unknown;
  read(json: unknown): unknown;
}

const message = (name: MessageName): Field => ({
  write: (value: MessageTypes[MessageName]) => toJsonValue(name, value),
  read: (json) => fromJson(name, json),
});

const text: Field = { write: (value: string) => value, read: (json) => expected(json, 'string') };
const number: Field = { write: (value: number) => value, read: (json) => expected(json, 'number') };

const listOf = (item: Field): Field => ({
  write: (values: readonly never[]) => values.map((value) => item.write(value)),
  read: (json) => {
    if (!Array.isArray(json)) throw new Error('expected a list');
    return json.map((value) => item.read(value));
  },
});

const weights: Field = {
  write: (value: ReadonlyMap<string, number>) => Object.fromEntries(value),
  read: (json) => {
    if (typeof json !== 'object' || json === null) throw new Error('expected an object of roles');
    return new Map(Object.entries(json).map(([role, weight]) => [role, expected(weight, 'number')]));
  },
};

const agentInfo = message('mesos.v1.AgentInfo');

const OPERATIONS = {
  'admit-agent': { agent: agentInfo },
  'update-agent': { agent: agentInfo },
  'remove-agent': { agent: text },
  'mark-unreachable': { agent: text, atMs: number },
  'mark-reachable': { agent: agentInfo },
  'mark-gone': { agent: text, atMs: number },
  'drain-agent': { agent: text, config: message('mesos.v1.DrainConfig') },
  'mark-drained': { agent: text },
  'deactivate-agent': { agent: text },
  'reactivate-agent': { agent: text },
  'prune-agents': { unreachable: listOf(text), gone: listOf(text) },
  'update-weights': { weights },
  'update-quota': { configs: listOf(message('mesos.v1.quota.QuotaConfig')) },
  'update-maintenance': { schedule: message('mesos.v1.maintenance.Schedule') },
  'start-maintenance': { machines: listOf(message('mesos.v1.MachineID')) },
  'stop-maintenance': { machines: listOf(message('mesos.v1.MachineID')) },
  'remove-framework': { framework: text, atMs: number },
  'prune-frameworks': { frameworks: listOf(text) },
} satisfies { [O in RegistryOperation as O['type']]: { [F in Exclude<keyof O, 'type'>]: Field } };

const FIELDS: ReadonlyMap<string, [name: string, field: Field][]> = new Map(
  Object.entries(OPERATIONS).map(([type, fields]) => [type, Object.entries<Field>(fields)]),
);

/** For JSON.stringify. */
export function operationToJson(operation: RegistryOperation): Json {
  const json: Json = { type: operation.type };
  for (const [name, field] of FIELDS.get(operation.type) ?? []) {
    json[name] = field.write((operation as unknown as { [name: string]: never })[name] as never);
  }
  return json;
}

/** Why an operation cannot be read. `isUnknown`: its type is none of ours, so a newer master wrote it. */
export class OperationFormatError extends Error {
  override readonly name = 'OperationFormatError';
  readonly isUnknown: boolean;

  constructor(text: string, { isUnknown = false } = {}) {
    super(text);
    this.isUnknown = isUnknown;
  }
}

/** Throws OperationFormatError. */
export function operationFromJson(json: unknown): RegistryOperation {
  const type = typeof json === 'object' && json !== null ? (json as Json)['type'] : undefined;
  if (typeof type !== 'string') throw new OperationFormatError('an operation without a type');
  const fields = FIELDS.get(type);
  if (!fields) throw new OperationFormatError(`operation ${type} is unknown`, { isUnknown: true });
  const operation: Json = { type };
  for (const [name, field] of fields) {
    operation[name] = readField(field, { json: (json as Json)[name], what: `${type}.${name}` });
  }
  return operation as unknown as RegistryOperation;
}

function readField(field: Field, { json, what }: { json: unknown; what: string }): unknown {
  try {
    return field.read(json);
  } catch (error) {
    if (!(error instanceof DecodeError) && !(error instanceof Error)) throw error;
    throw new OperationFormatError(`${what} cannot be read: ${error.message}`);
  }
}

function expected<T extends 'string' | 'number'>(json: unknown, type: T): T extends 'string' ? string : number {
  if (typeof json !== type) throw new Error(`expected a ${type}`);
  return json as T extends 'string' ? string : number;
}

/** Applied to an empty registry in this order they make one that is equal, in the same order. */
export function* operationsOf(registry: Registry): Generator<RegistryOperation> {
  for (const [id, atMs] of registry.gone) yield { type: 'mark-gone', agent: id, atMs };
  for (const [id, { atMs, drain, deactivated }] of registry.unreachable) {
    yield { type: 'mark-unreachable', agent: id, atMs };
    yield* marksOf(id, { drain, deactivated });
  }
  for (const [id, { info, drain, deactivated }] of registry.agents) {
    yield { type: 'admit-agent', agent: info };
    yield* marksOf(id, { drain, deactivated });
  }
  if (registry.weights.size > 0) yield { type: 'update-weights', weights: registry.weights };
  if (registry.quotas.size > 0) yield { type: 'update-quota', configs: [...registry.quotas.values()] };
  if (registry.schedule.windows) yield { type: 'update-maintenance', schedule: registry.schedule };
  const down = [...registry.machines.values()].filter(({ mode }) => mode === 'DOWN').map(({ id }) => id);
  if (down.length > 0) yield { type: 'start-maintenance', machines: down };
  for (const [id, atMs] of registry.removedFrameworks) yield { type: 'remove-framework', framework: id, atMs };
}

type Marks = Pick<Registry['unreachable'] extends Map<unknown, infer E> ? E : never, 'drain' | 'deactivated'>;

function* marksOf(
  agent: Parameters<Registry['unreachable']['get']>[0],
  { drain, deactivated }: Marks,
): Generator<RegistryOperation> {
  if (drain) {
    yield { type: 'drain-agent', agent, config: drain.config ?? {} };
    if (drain.state === 'DRAINED') yield { type: 'mark-drained', agent };
  } else if (deactivated) {
    yield { type: 'deactivate-agent', agent };
  }
}

/** A copy whose entries may be read later while the original changes: entries are replaced, never changed. */
export function copyOf(registry: Registry): Registry {
  return {
    agents: new Map(registry.agents),
    unreachable: new Map(registry.unreachable),
    gone: new Map(registry.gone),
    weights: new Map(registry.weights),
    quotas: new Map(registry.quotas),
    schedule: registry.schedule,
    machines: new Map(registry.machines),
    removedFrameworks: new Map(registry.removedFrameworks),
  };
}

/** The whole registry as it is shown to people: messages as Mesos' JSON, times in seconds since 1970. */
export function registryToJson(registry: Registry): Json {
  const marks = ({ drain, deactivated }: Marks): Json => ({
    ...(drain ? { drain: toJsonValue('mesos.v1.DrainInfo', drain) } : {}),
    ...(deactivated ? { deactivated } : {}),
  });
  const gone = [...registry.gone].map(([id, atMs]) => ({ id, time: atMs / 1000 }));
  return {
    agents: [...registry.agents.values()].map(({ info, ...rest }) => ({
      info: toJsonValue('mesos.v1.AgentInfo', info),
      ...marks(rest),
    })),
    unreachable: [...registry.unreachable].map(([id, { atMs, ...rest }]) => ({
      id,
      time: atMs / 1000,
      ...marks(rest),
    })),
    gone,
    weights: Object.fromEntries(registry.weights),
    quotas: [...registry.quotas.values()].map((config) => toJsonValue('mesos.v1.quota.QuotaConfig', config)),
    schedule: toJsonValue('mesos.v1.maintenance.Schedule', registry.schedule),
    machines: [...registry.machines.values()].map(({ id, mode }) => ({ id, mode })),
    removed_frameworks: [...registry.removedFrameworks].map(([id, atMs]) => ({ id, time: atMs / 1000 })),
  };
}
