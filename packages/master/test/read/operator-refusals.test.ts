// Goal: the operator API refuses what Mesos refuses, in its order and with its texts, and carries out TEARDOWN. Method:
// requests through the front.
import { describe, expect, it } from 'vitest';
import { Harness } from '../support/harness.js';
import { readFront } from './support/read-front.js';

const { front, call } = readFront(new Harness());

const post = async (headers: Record<string, string>, body: string | Buffer = '{}') => {
  const answer = await front.inject({ method: 'POST', path: '/api/v1', headers, body });
  return [answer.status, answer.body.toString()];
};

const JSON_HEADERS = { 'content-type': 'application/json' };

describe('a request is refused', () => {
  it('for its method', async () => {
    const answer = await front.inject({ path: '/api/v1' });
    expect([answer.status, answer.headers['allow']]).toEqual([405, 'POST']);
    expect(answer.body.toString()).toBe("405 Method Not Allowed. Expecting one of { 'POST' }, but received 'GET'.");
  });

  it('without a content type', async () => {
    expect(await post({})).toEqual([400, "Expecting 'Content-Type' to be present"]);
  });

  it('for a content type that is neither', async () => {
    const text = "Expecting 'Content-Type' of application/json or application/x-protobuf";
    expect(await post({ 'content-type': 'text/plain' }, 'hello')).toEqual([415, text]);
  });

  it('for a body that is no call', async () => {
    expect(await post(JSON_HEADERS, '{oops')).toEqual([
      400,
      'Failed to parse body into JSON: syntax error at line 1 near: oops',
    ]);
    expect(await post(JSON_HEADERS, '[]')).toEqual([
      400,
      'Failed to convert JSON into Call protobuf: Expecting a JSON object',
    ]);
    const protobuf = { 'content-type': 'application/x-protobuf' };
    expect(await post(protobuf, Buffer.from([1, 2, 3, 255]))).toEqual([400, 'Failed to parse body into Call protobuf']);
  });

  it.each([
    [{}, "Expecting 'type' to be present"],
    [{ type: 'BOGUS' }, "Expecting 'type' to be present"],
    [{ type: 'READ_FILE' }, "Expecting 'read_file' to be present"],
    [{ type: 'GET_METRICS' }, "Expecting 'get_metrics' to be present"],
    [{ type: 'UPDATE_QUOTA' }, "Expecting 'update_quota' to be present"],
    [{ type: 'TEARDOWN' }, "Expecting 'teardown' to be present"],
  ])('for lacking what its type needs: %j', async (body, text) => {
    expect(await post(JSON_HEADERS, JSON.stringify(body))).toEqual([400, `Failed to validate master::Call: ${text}`]);
  });

  it('for accepting neither form of an answer, once its call is valid', async () => {
    const headers = { ...JSON_HEADERS, accept: 'text/html' };
    expect(await post(headers, '{"type":"GET_HEALTH"}')).toEqual([
      406,
      "Expecting 'Accept' to allow 'application/x-protobuf' or 'application/json'",
    ]);
    expect((await post(headers, '{}'))[0]).toBe(400);
  });

  it('for a call that this version does not have', async () => {
    const answer = await call({ type: 'UNKNOWN' });
    expect([answer.status, answer.body.toString()]).toEqual([
      501,
      'The call UNKNOWN is not available in this version of mini-mesos',
    ]);
  });
});

describe('a request is taken', () => {
  it('with a charset in its content type, and answered in the form that it accepts', async () => {
    const headers = { 'content-type': 'application/json; charset=utf-8', accept: 'application/x-protobuf' };
    const answer = await front.inject({ method: 'POST', path: '/api/v1', headers, body: '{"type":"GET_HEALTH"}' });
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/x-protobuf']);
  });

  it('under /master/api/v1 and beneath', async () => {
    for (const path of ['/master/api/v1', '/api/v1/operator']) {
      const body = '{"type":"GET_HEALTH"}';
      expect((await front.inject({ method: 'POST', path, headers: JSON_HEADERS, body })).status).toBe(200);
    }
  });
});

describe('TEARDOWN', () => {
  it('ends a framework, by the call and by the old endpoint', async () => {
    const world = new Harness();
    const { call: ask, front: door } = readFront(world);
    const [one, two] = [world.subscribe(), world.subscribe()];
    const [first, second] = [one.id, two.id];
    const answer = await ask({ type: 'TEARDOWN', teardown: { framework_id: { value: first } } });
    expect([answer.status, answer.body.length]).toEqual([200, 0]);
    const body = `frameworkId=${encodeURIComponent(second)}`;
    expect((await door.inject({ method: 'POST', path: '/master/teardown', body })).status).toBe(200);
    expect([...world.state.completedFrameworks.keys()]).toEqual([first, second]);
  });

  it('is refused for a framework that is not known, or not named', async () => {
    const answer = await call({ type: 'TEARDOWN', teardown: { framework_id: { value: 'nope' } } });
    expect([answer.status, answer.body.toString()]).toEqual([400, 'No framework found with specified ID']);
    const unnamed = await front.inject({ method: 'POST', path: '/teardown', body: '' });
    expect([unnamed.status, unnamed.body.toString()]).toEqual([
      400,
      "Missing 'frameworkId' query parameter in the request body",
    ]);
    expect((await front.inject({ path: '/teardown' })).status).toBe(405);
  });
});
