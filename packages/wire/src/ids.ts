// Ids are strings that cannot be passed for one another. Each is made in one place: from a message that carries it.

declare const brand: unique symbol;
type Id<Kind extends string> = string & { readonly [brand]: Kind };

export type FrameworkId = Id<'framework'>;
export type AgentId = Id<'agent'>;
export type OfferId = Id<'offer'>;
export type TaskId = Id<'task'>;
export type ExecutorId = Id<'executor'>;
export type ContainerId = Id<'container'>;

interface HasValue {
  value: string;
}

export const frameworkId = (id: HasValue): FrameworkId => id.value as FrameworkId;
export const agentId = (id: HasValue): AgentId => id.value as AgentId;
export const offerId = (id: HasValue): OfferId => id.value as OfferId;
export const taskId = (id: HasValue): TaskId => id.value as TaskId;
export const executorId = (id: HasValue): ExecutorId => id.value as ExecutorId;
export const containerId = (id: HasValue): ContainerId => id.value as ContainerId;

/** The longest id taken: NAME_MAX, because ids become directory names. */
const ID_LENGTH_MAX = 255;

/** Why `id` cannot be the id of a task, executor, framework, agent or volume; undefined where it can (Mesos' texts). */
export function invalidId(id: string): string | undefined {
  if (id === '') return 'ID must not be empty';
  if (Buffer.byteLength(id) > ID_LENGTH_MAX) return `ID must not be greater than ${ID_LENGTH_MAX} characters`;
  if (id === '.' || id === '..') return `'${id}' is disallowed`;
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f/\\]/.test(id)) return `'${id}' contains invalid characters`;
  return undefined;
}

/** 16 random bytes as the text of a version 4 UUID: the form in which ids are printed. */
export function uuidText(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

/** Marks 16 random bytes as a version 4 UUID, in place. */
export function asUuid(bytes: Uint8Array): Uint8Array {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes;
}
