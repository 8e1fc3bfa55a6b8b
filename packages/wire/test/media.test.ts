// Goal: content types and bodies as the reference answers them. Method: tables of headers and malformed bodies.
import { describe, expect, test } from 'vitest';
import { accepts, decodeBody, encodeBody, JSON_TYPE, mediaTypeOf, negotiate, PROTOBUF_TYPE } from '@mini-mesos/wire';

test.each([
  ['application/json', JSON_TYPE],
  ['application/json; charset=utf-8', JSON_TYPE],
  ['Application/X-Protobuf', PROTOBUF_TYPE],
  ['text/plain', undefined],
  ['application/jsonp', undefined],
])('Content-Type %s', (header, type) => {
  expect(mediaTypeOf(header)).toBe(type);
});

test.each([
  [undefined, JSON_TYPE],
  ['*/*', JSON_TYPE],
  ['application/*', JSON_TYPE],
  ['application/x-protobuf', PROTOBUF_TYPE],
  ['application/x-protobuf, application/json', JSON_TYPE],
  ['application/json;q=0, application/x-protobuf', PROTOBUF_TYPE],
  ['image/png', undefined],
])('Accept %s', (header, type) => {
  expect(negotiate(header)).toBe(type);
});

test('accepts looks at one type', () => {
  expect(accepts('text/html, application/recordio', 'application/recordio')).toBe(true);
  expect(accepts('text/html', 'application/recordio')).toBe(false);
});

describe('bodies', () => {
  const name = 'mesos.v1.scheduler.Call';

  test.each([JSON_TYPE, PROTOBUF_TYPE] as const)('round trip as %s', (type) => {
    const call = { framework_id: { value: 'f' }, type: 'KILL' as const, kill: { task_id: { value: 't' } } };
    expect(decodeBody(name, type, encodeBody(name, type, call))).toEqual(call);
  });

  test.each([
    [JSON_TYPE, '{oops', 'Failed to parse body into JSON: syntax error at line 1 near: oops'],
    [JSON_TYPE, '[]', 'Failed to convert JSON into Call protobuf: Expecting a JSON object'],
    [PROTOBUF_TYPE, '\u0001\u0002\u0003', 'Failed to parse body into Call protobuf'],
  ] as const)('%s %j is refused as Mesos refuses it', (type, body, text) => {
    expect(() => decodeBody(name, type, Buffer.from(body))).toThrow(text);
  });
});
