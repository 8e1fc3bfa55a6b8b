// Records as JSON text. Messages inside are base64 of their protobuf bytes: JSON of messages shows defaults as if they
// had been set, and a framework would find its own ExecutorInfo changed.
import type { MessageName } from '@mini-mesos/proto';
import { decodeProtobuf, encodeProtobuf } from '@mini-mesos/wire';
import type { CheckpointRecord } from './records.js';

type Json = { [field: string]: unknown };

/** The message, or list of messages, behind each field of a record; other fields are JSON as they are. */
const MESSAGES: { readonly [type in CheckpointRecord['type']]?: { readonly [field: string]: MessageName } } = {
  framework: { info: 'mesos.v1.FrameworkInfo' },
  executor: { info: 'mesos.v1.ExecutorInfo' },
  tasks: { tasks: 'mesos.v1.TaskInfo' },
  update: { update: 'mini_mesos.link.StatusUpdate' },
  drain: { config: 'mesos.v1.DrainConfig' },
  'operation-applying': { operation: 'mesos.v1.Operation', resources: 'mesos.v1.Resource' },
  operation: { operation: 'mesos.v1.Operation' },
  task: { info: 'mesos.v1.TaskInfo', task: 'mesos.v1.Task' },
  stream: { pending: 'mini_mesos.link.StatusUpdate' },
};

export function recordText(record: CheckpointRecord): string {
  const out: Json = { ...record };
  for (const [field, name] of Object.entries(MESSAGES[record.type] ?? {})) {
    const value = out[field];
    out[field] = Array.isArray(value) ? value.map((one) => base64(name, one)) : base64(name, value);
  }
  return JSON.stringify(out);
}

/** Throws where the text is no record, or one of a version that this agent does not know. */
export function readRecord(text: string): CheckpointRecord {
  const out = JSON.parse(text) as Json & { type: CheckpointRecord['type'] };
  for (const [field, name] of Object.entries(MESSAGES[out.type] ?? {})) {
    const value = out[field];
    out[field] = Array.isArray(value) ? value.map((one) => message(name, one)) : message(name, value);
  }
  return out as unknown as CheckpointRecord;
}

function base64(name: MessageName, value: unknown): string {
  return Buffer.from(encodeProtobuf(name, value as never)).toString('base64');
}

function message(name: MessageName, value: unknown): unknown {
  if (typeof value !== 'string') throw new Error(`expected a ${name} in base64`);
  return decodeProtobuf(name, Buffer.from(value, 'base64'));
}
