// The agent's operator API: POST /api/v1. Checks in Mesos' order (src/slave/http.cpp, Http::api).
import {
  FILES_ERROR_STATUS,
  versionData,
  type FilesService,
  type Front,
  type FrontAnswer,
  type FrontRequest,
} from '@mini-mesos/daemon';
import type { agent, MessageName } from '@mini-mesos/proto';
import {
  accepts,
  DecodeError,
  decodeBody,
  encodeProtobuf,
  JSON_TYPE,
  mediaTypeOf,
  PROTOBUF_TYPE,
  RECORDIO_TYPE,
  toJsonText,
  type MediaType,
} from '@mini-mesos/wire';
import { getAgent, getExecutors, getFrameworks, getOperations, getState, getTasks } from '../../core/views/calls.js';
import { getContainers } from '../../core/views/containers.js';
import { header } from './headers.js';
import type { ReadDeps } from './read-endpoints.js';

export interface OperatorDeps extends ReadDeps {
  files: FilesService;
}

type Read = { response: agent.Response } | { status: number; text: string };
type Reader = (call: agent.Call, deps: OperatorDeps, request: FrontRequest) => Read | Promise<Read>;

const READERS: { readonly [type in agent.Call.Type]?: Reader } = {
  GET_HEALTH: () => ({ response: { type: 'GET_HEALTH', get_health: { healthy: true } } }),
  GET_FLAGS: (_call, { flags }) => {
    const list = Object.entries(flags()).map(([name, value]) => ({ name, value }));
    return { response: { type: 'GET_FLAGS', get_flags: { flags: list } } };
  },
  GET_VERSION: () => ({ response: { type: 'GET_VERSION', get_version: { version_info: { ...versionData() } } } }),
  GET_METRICS: readMetrics,
  GET_LOGGING_LEVEL: (_call, { log }) => ({
    response: { type: 'GET_LOGGING_LEVEL', get_logging_level: { level: log.toggle.verbosity } },
  }),
  SET_LOGGING_LEVEL: (call, { log }) => {
    const { level = 0, duration } = call.set_logging_level ?? {};
    log.toggle.set(level, (duration?.nanoseconds ?? 0) / 1e6);
    return { status: 200, text: '' };
  },
  LIST_FILES: listFiles,
  READ_FILE: readFile,
  GET_STATE: (_call, { machine }) => ({ response: { type: 'GET_STATE', get_state: getState(machine) } }),
  GET_CONTAINERS: async (call, { containers }) => {
    const found = getContainers(await containers(), call.get_containers ?? {});
    const isEmpty = (found.containers ?? []).length === 0;
    return { response: { type: 'GET_CONTAINERS', ...(isEmpty ? {} : { get_containers: found }) } };
  },
  GET_FRAMEWORKS: (_call, { machine }) => ({
    response: { type: 'GET_FRAMEWORKS', get_frameworks: getFrameworks(machine) },
  }),
  GET_EXECUTORS: (_call, { machine }) => ({
    response: { type: 'GET_EXECUTORS', get_executors: getExecutors(machine) },
  }),
  GET_TASKS: (_call, { machine }) => ({ response: { type: 'GET_TASKS', get_tasks: getTasks(machine) } }),
  GET_AGENT: (_call, { machine }) => ({ response: { type: 'GET_AGENT', get_agent: getAgent(machine) } }),
  GET_OPERATIONS: (_call, { machine }) => ({
    response: { type: 'GET_OPERATIONS', get_operations: getOperations(machine) },
  }),
  GET_RESOURCE_PROVIDERS: () => ({ response: { type: 'GET_RESOURCE_PROVIDERS', get_resource_providers: {} } }),
};

export function registerOperatorApi(front: Front, deps: OperatorDeps): void {
  front.post('/api/v1', (request) => answerCall(request, deps), {
    summary: 'The operator API (mesos.v1.agent.Call).',
  });
}

async function answerCall(request: FrontRequest, deps: OperatorDeps): Promise<FrontAnswer> {
  const checked = checkHeaders(request);
  if ('status' in checked) return checked;
  const read = readCall(request, checked.content);
  if ('status' in read) return read;
  const { call } = read;
  const reader = call.type && READERS[call.type];
  const { accept } = checked;
  if (!reader) return { status: 501, body: `The call ${call.type} is not available in this version of mini-mesos` };
  if (accept === RECORDIO_TYPE) {
    return { status: 406, body: `Streaming response is not supported for ${call.type} call` };
  }
  const result = await reader(call, deps, request);
  if ('status' in result) return { status: result.status, ...(result.text === '' ? {} : { body: result.text }) };
  return { status: 200, headers: { 'content-type': accept }, body: encode(result.response, accept) };
}

type AcceptedType = MediaType | typeof RECORDIO_TYPE;

/** The forms of call and answer, or the refusal. Streams of records are known here so that they are refused rightly. */
function checkHeaders(request: FrontRequest): { content: MediaType; accept: AcceptedType } | FrontAnswer {
  const contentType = header(request, 'content-type');
  if (contentType === undefined) return { status: 400, body: "Expecting 'Content-Type' to be present" };
  const content = mediaTypeOf(contentType);
  const isStream = contentType.split(';', 1)[0]?.trim().toLowerCase() === RECORDIO_TYPE;
  if (!content && !isStream) {
    return {
      status: 415,
      body: "Expecting 'Content-Type' of application/json or application/x-protobuf or application/recordio",
    };
  }
  const messageType = header(request, 'message-content-type');
  if (isStream && messageType === undefined) {
    return { status: 400, body: "Expecting 'Message-Content-Type' to be set for streaming requests" };
  }
  if (isStream && mediaTypeOf(messageType ?? '') === undefined) {
    return { status: 415, body: "Expecting 'Message-Content-Type' of application/json or application/x-protobuf" };
  }
  if (!isStream && messageType !== undefined) {
    return { status: 415, body: "Expecting 'Message-Content-Type' to be not set for non-streaming requests" };
  }
  const accepted = acceptedType(request);
  if (typeof accepted !== 'string') return accepted;
  // The only calls that come as streams attach to a container's input, which nothing here has yet.
  if (!content)
    return { status: 501, body: 'The call ATTACH_CONTAINER_INPUT is not available in this version of mini-mesos' };
  return { content, accept: accepted };
}

function acceptedType(request: FrontRequest): AcceptedType | FrontAnswer {
  const accept = header(request, 'accept');
  const messageAccept = header(request, 'message-accept');
  const plain = ([JSON_TYPE, PROTOBUF_TYPE] as const).find((type) => accepts(accept, type));
  if (plain) {
    return messageAccept === undefined
      ? plain
      : { status: 406, body: "Expecting 'Message-Accept' to be not set for non-streaming responses" };
  }
  if (accepts(accept, RECORDIO_TYPE)) {
    const isReadable = [JSON_TYPE, PROTOBUF_TYPE].some((type) => accepts(messageAccept, type));
    return isReadable
      ? RECORDIO_TYPE
      : { status: 406, body: "Expecting 'Message-Accept' to allow application/json or application/x-protobuf" };
  }
  return {
    status: 406,
    body: "Expecting 'Accept' to allow application/json or application/x-protobuf or application/recordio",
  };
}

/** Calls whose body must be there, by the name of its field. */
const BODIES: { readonly [type in agent.Call.Type]?: keyof agent.Call } = {
  GET_METRICS: 'get_metrics',
  SET_LOGGING_LEVEL: 'set_logging_level',
  LIST_FILES: 'list_files',
  READ_FILE: 'read_file',
};

function readCall(request: FrontRequest, type: MediaType): { call: agent.Call } | FrontAnswer {
  try {
    const call = decodeBody('mesos.v1.agent.Call', type, request.body);
    const missing = call.type === undefined ? 'type' : BODIES[call.type];
    if (missing === undefined || call[missing] !== undefined) return { call };
    return { status: 400, body: `Failed to validate agent::Call: Expecting '${missing}' to be present` };
  } catch (error) {
    if (error instanceof DecodeError) return { status: 400, body: error.message };
    throw error;
  }
}

async function readMetrics({ get_metrics }: agent.Call, { metrics }: OperatorDeps): Promise<Read> {
  const timeoutNs = get_metrics?.timeout?.nanoseconds;
  const snapshot = await metrics.snapshot(timeoutNs === undefined ? {} : { timeoutMs: timeoutNs / 1e6 });
  const list = Object.entries(snapshot).map(([name, value]) => ({ name, value }));
  return { response: { type: 'GET_METRICS', get_metrics: { metrics: list } } };
}

async function listFiles({ list_files }: agent.Call, { files }: OperatorDeps, request: FrontRequest): Promise<Read> {
  const found = await files.browse(list_files?.path ?? '', request.principal);
  if (!found.ok) return { status: FILES_ERROR_STATUS[found.error.kind], text: found.error.message };
  return { response: { type: 'LIST_FILES', list_files: { file_infos: found.value } } };
}

async function readFile({ read_file }: agent.Call, { files }: OperatorDeps, request: FrontRequest): Promise<Read> {
  const { path = '', offset = 0, length } = read_file ?? {};
  const found = await files.read({ path, offset, length }, request.principal);
  if (!found.ok) return { status: FILES_ERROR_STATUS[found.error.kind], text: found.error.message };
  return { response: { type: 'READ_FILE', read_file: found.value } };
}

function encode(response: agent.Response, type: MediaType): Buffer {
  if (type === PROTOBUF_TYPE) return Buffer.from(encodeProtobuf('mesos.v1.agent.Response', response));
  const plain = toJsonText('mesos.v1.agent.Response', withoutLists(response));
  return Buffer.from([plain.slice(0, -1), ...listsOf(response)].join(',') + '}');
}

/** Readings that Mesos writes by hand: their lists are there even when they are empty. */
const LISTS = {
  get_tasks: {
    pending_tasks: 'mesos.v1.Task',
    queued_tasks: 'mesos.v1.Task',
    launched_tasks: 'mesos.v1.Task',
    terminated_tasks: 'mesos.v1.Task',
    completed_tasks: 'mesos.v1.Task',
  },
  get_executors: {
    executors: 'mesos.v1.agent.Response.GetExecutors.Executor',
    completed_executors: 'mesos.v1.agent.Response.GetExecutors.Executor',
  },
  get_frameworks: {
    frameworks: 'mesos.v1.agent.Response.GetFrameworks.Framework',
    completed_frameworks: 'mesos.v1.agent.Response.GetFrameworks.Framework',
  },
} as const satisfies { [section: string]: { [list: string]: MessageName } };

type Sections = Pick<agent.Response.GetState, keyof typeof LISTS>;

function withoutLists(response: agent.Response): agent.Response {
  const {
    get_state: _state,
    get_tasks: _tasks,
    get_executors: _executors,
    get_frameworks: _frameworks,
    ...rest
  } = response;
  return rest;
}

function listsOf({ get_state, get_tasks, get_executors, get_frameworks }: agent.Response): string[] {
  if (get_state) return [`"get_state":{${sectionTexts(get_state).join(',')}}`];
  return sectionTexts({ get_tasks, get_executors, get_frameworks });
}

function sectionTexts(sections: Sections): string[] {
  return Object.entries(LISTS).flatMap(([section, lists]) => {
    const given = sections[section as keyof Sections] as { [list: string]: readonly unknown[] } | undefined;
    return given ? [`"${section}":{${listTexts(given, lists).join(',')}}`] : [];
  });
}

function listTexts(given: { [list: string]: readonly unknown[] }, lists: { [list: string]: MessageName }): string[] {
  return Object.entries(lists).map(([list, name]) => {
    const items = (given[list] ?? []).map((item) => toJsonText(name, item as never));
    return `"${list}":[${items.join(',')}]`;
  });
}
