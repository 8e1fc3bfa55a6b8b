// Goal: Mesos' own JSON mapping, both ways. Method: examples of each rule, and round trips of messages.
import { describe, expect, test } from 'vitest';
import { fromJson, parseJsonText, toJsonText } from '@mini-mesos/wire';

const CALL = 'mesos.v1.scheduler.Call';

describe('writing', () => {
  test('set fields, and unset scalars that have a default which is not deprecated', () => {
    expect(toJsonText('mesos.v1.FrameworkInfo', { user: 'u', name: 'n' })).toBe(
      '{"user":"u","name":"n","failover_timeout":0.0,"checkpoint":false}',
    );
    expect(toJsonText('mesos.v1.Filters', {})).toBe('{"refuse_seconds":5.0}');
    expect(toJsonText('mesos.v1.CommandInfo', { value: 'x' })).toBe('{"value":"x","shell":true}');
  });

  test('enums by name, bytes in base64, 64-bit integers as numbers, whole doubles with .0', () => {
    const uuid = Uint8Array.from({ length: 16 }, (_, i) => i);
    expect(
      toJsonText('mesos.v1.TaskStatus', { task_id: { value: 't' }, state: 'TASK_RUNNING', uuid, timestamp: 3 }),
    ).toBe('{"task_id":{"value":"t"},"state":"TASK_RUNNING","timestamp":3.0,"uuid":"AAECAwQFBgcICQoLDA0ODw=="}');
    expect(toJsonText('mesos.v1.TimeInfo', { nanoseconds: 1795175504262306000 })).toBe(
      '{"nanoseconds":1795175504262306000}',
    );
  });

  test('empty lists are left out, empty messages stay, maps are objects', () => {
    expect(toJsonText('mesos.v1.scheduler.Call.Suppress', { roles: [] })).toBe('{}');
    expect(toJsonText('mesos.v1.TaskGroupInfo', { tasks: [] })).toBe('{}');
    expect(
      toJsonText('mesos.v1.quota.QuotaConfig', { role: 'r', guarantees: { cpus: { value: 1.5 } }, limits: {} }),
    ).toBe('{"role":"r","guarantees":{"cpus":{"value":1.5}},"limits":{}}');
  });
});

describe('reading', () => {
  test('a lone object stands for a list of one, unknown keys and nulls are passed over', () => {
    expect(fromJson(CALL, { type: 'DECLINE', oops: 1, accept: null, decline: { offer_ids: { value: 'o' } } })).toEqual({
      type: 'DECLINE',
      decline: { offer_ids: [{ value: 'o' }] },
    });
  });

  test('keys that every object has are unknown keys like others', () => {
    const json: unknown = JSON.parse('{"type":"REVIVE","constructor":1,"toString":{},"__proto__":{"x":1}}');
    expect(fromJson(CALL, json)).toEqual({ type: 'REVIVE' });
  });

  test('numbers and booleans may be strings; infinities have names', () => {
    expect(fromJson('mesos.v1.Filters', { refuse_seconds: '8.25' })).toEqual({ refuse_seconds: 8.25 });
    expect(fromJson('mesos.v1.Filters', { refuse_seconds: 'Infinity' })).toEqual({ refuse_seconds: Infinity });
    expect(fromJson('mesos.v1.CommandInfo', { shell: 'false' })).toEqual({ shell: false });
  });

  test('an unknown name of an optional enum reads as unset, of a required one it is an error', () => {
    expect(fromJson(CALL, { type: 'FLY' })).toEqual({});
    expect(() => fromJson('mesos.v1.TaskStatus', { task_id: { value: 't' }, state: 'FLY' })).toThrow(
      "Failed to find enum for 'FLY'",
    );
  });

  test.each([
    [[], 'Expecting a JSON object'],
    [{ type: 3 }, "Not expecting a JSON number for field 'type'"],
    [{ subscribe: 'x' }, "Not expecting a JSON string for field 'subscribe'"],
    [{ acknowledge: { uuid: '!' } }, "Failed to base64 decode bytes field 'uuid'"],
    [
      { subscribe: { framework_info: {} } },
      'Missing required fields: subscribe.framework_info.user, subscribe.framework_info.name',
    ],
    [
      { decline: { filters: { refuse_seconds: 'soon' } } },
      "Failed to parse 'soon' as a JSON number for field 'refuse_seconds'",
    ],
    [{ decline: { filters: { refuse_seconds: [1] } } }, "Not expecting a JSON array for field 'refuse_seconds'"],
  ])('refuses %j', (json, text) => {
    expect(() => fromJson(CALL, json)).toThrow(text);
  });

  test('nesting beyond any message of the API is refused, not followed', () => {
    let deep: object = { value: 'c' };
    for (let i = 0; i < 5000; i++) deep = { value: 'c', parent: deep };
    expect(() => fromJson('mesos.v1.ContainerID', deep)).toThrow('nested deeper');
  });

  test('a syntax error names the line and the rest of it', () => {
    expect(() => parseJsonText('{oops')).toThrow('syntax error at line 1 near: oops');
    expect(() => parseJsonText('{\n"a": x}')).toThrow('syntax error at line 2 near: x}');
    expect(() => parseJsonText('')).toThrow('syntax error at line 1 near: ');
  });
});

test('what is written reads back', () => {
  const event = {
    type: 'OFFERS' as const,
    offers: {
      offers: [
        {
          id: { value: 'o' },
          framework_id: { value: 'f' },
          agent_id: { value: 'a' },
          hostname: 'h',
          resources: [{ name: 'ports', type: 'RANGES' as const, ranges: { range: [{ begin: 1, end: 2 }] } }],
          unavailability: { start: { nanoseconds: 5 } },
        },
      ],
    },
  };
  const name = 'mesos.v1.scheduler.Event';
  expect(fromJson(name, parseJsonText(toJsonText(name, event)))).toEqual(event);
});
