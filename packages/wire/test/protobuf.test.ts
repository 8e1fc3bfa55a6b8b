// Goal: plain objects survive protobuf, and bad bytes are refused. Method: round trips and random bytes.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DecodeError, decodeProtobuf, encodeProtobuf } from '@mini-mesos/wire';

const NAME = 'mesos.v1.TaskStatus';

test('enums are names, numbers are numbers, unset fields are absent', () => {
  const uuid = Uint8Array.from({ length: 16 }, (_, i) => 255 - i);
  const status = {
    task_id: { value: 't' },
    state: 'TASK_UNREACHABLE' as const,
    reason: 'REASON_AGENT_REMOVED' as const,
    uuid,
    unreachable_time: { nanoseconds: 2 ** 53 - 1 },
    labels: { labels: [{ key: 'k' }] },
  };
  const back = decodeProtobuf(NAME, encodeProtobuf(NAME, status));
  expect({ ...back, uuid: Uint8Array.from(back.uuid ?? []) }).toEqual(status);
  expect(Object.keys(back).sort()).toEqual(Object.keys(status).sort());
});

test('a missing required field is an error, not a default', () => {
  expect(() => decodeProtobuf(NAME, Uint8Array.of())).toThrow(DecodeError);
});

test('random bytes are read or refused with DecodeError, nothing else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        decodeProtobuf('mesos.v1.scheduler.Call', bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError);
      }
    }),
    { numRuns: 2000 },
  );
});
