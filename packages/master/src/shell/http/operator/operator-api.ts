// The operator API: POST /api/v1. Checks in Mesos' order (src/master/http.cpp, Master::Http::api); before them come the
// front's: who leads, and the method.
import type { Front, FrontAnswer, FrontRequest, FrontResult } from '@mini-mesos/daemon';
import type { master } from '@mini-mesos/proto';
import { DecodeError, decodeBody, frameworkId, mediaTypeOf, negotiate } from '@mini-mesos/wire';
import type { MediaType } from '@mini-mesos/wire';
import { WRITES } from '../../../core/operator/calls.js';
import { snapshot } from '../../../core/views/v1/snapshot.js';
import type { OperatorApiDeps } from './ports.js';
import { READS } from './reads.js';
import type { Plain } from './reads.js';
import { encodeResponse, encodeSubscribed } from './response.js';
import { invalidCall } from './validate-call.js';

export function registerOperatorApi(front: Front, deps: OperatorApiDeps): void {
  front.post('/api/v1', (request) => answerCall(request, deps), {
    summary: 'The operator API (mesos.v1.master.Call).',
  });
  front.post('/teardown', (request) => legacyTeardown(request, deps), {
    summary: 'Ends a framework: frameworkId=… in the body.',
  });
}

async function answerCall(request: FrontRequest, deps: OperatorApiDeps): Promise<FrontResult> {
  const read = readCall(request);
  if ('status' in read) return plain(read);
  const type = negotiate(acceptOf(request));
  if (!type) return { status: 406, body: "Expecting 'Accept' to allow 'application/x-protobuf' or 'application/json'" };
  const { call } = read;
  if (call.type === 'SUBSCRIBE') return subscribe(request, deps, type);
  if (call.type === 'TEARDOWN' && call.teardown) {
    return plain(await teardown(deps, call.teardown.framework_id));
  }
  if (call.type !== undefined && WRITES.has(call.type)) {
    const { principal } = request;
    return plain(await deps.runtime.ask((id) => ({ type: 'operator-call', request: id, call, principal })));
  }
  const reader = call.type === undefined ? undefined : READS[call.type];
  if (!reader)
    return plain({ status: 501, text: `The call ${call.type} is not available in this version of mini-mesos` });
  const reading = await reader(call, deps, request.principal);
  if ('status' in reading) return plain(reading);
  return { status: 200, headers: { 'content-type': type }, body: await encodeResponse(reading.response, type) };
}

function readCall(request: FrontRequest): { call: master.Call } | Plain {
  const contentType = headerOf(request, 'content-type');
  if (contentType === undefined) return { status: 400, text: "Expecting 'Content-Type' to be present" };
  const type = mediaTypeOf(contentType);
  if (!type) return { status: 415, text: "Expecting 'Content-Type' of application/json or application/x-protobuf" };
  try {
    const call = decodeBody('mesos.v1.master.Call', type, request.body);
    const invalid = invalidCall(call);
    return invalid === undefined ? { call } : { status: 400, text: `Failed to validate master::Call: ${invalid}` };
  } catch (error) {
    if (error instanceof DecodeError) return { status: 400, text: error.message };
    throw error;
  }
}

/** Nothing may come between the snapshot and the place among the subscribers: no event is lost, none comes twice. */
function subscribe(request: FrontRequest, { machine, operators }: OperatorApiDeps, type: MediaType): FrontResult {
  const subscribed = encodeSubscribed(snapshot(machine.state), operators.heartbeatIntervalMs, type);
  return operators.open(request, { type, subscribed });
}

function teardown({ runtime }: OperatorApiDeps, id: { value: string }): Promise<Plain> {
  return runtime.ask((request) => ({ type: 'teardown', request, framework: frameworkId(id) }));
}

async function legacyTeardown(request: FrontRequest, deps: OperatorApiDeps): Promise<FrontAnswer> {
  const value = new URLSearchParams(request.body.toString()).get('frameworkId');
  if (value === null) return { status: 400, body: "Missing 'frameworkId' query parameter in the request body" };
  return plain(await teardown(deps, { value }));
}

function plain({ status, text }: Plain): FrontAnswer {
  return text === undefined ? { status } : { status, body: text };
}

function headerOf({ headers }: FrontRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
}

/** Several Accept headers are one list. */
function acceptOf({ headers }: FrontRequest): string | undefined {
  const { accept } = headers;
  return typeof accept === 'string' || accept === undefined ? accept : accept.join(',');
}
