// POST /reserve, /unreserve, /create-volumes and /destroy-volumes: forms with `slaveId` and a JSON array of resources.
import type { Front, FrontAnswer, FrontRequest } from '@mini-mesos/daemon';
import type { AgentID, master, Resource } from '@mini-mesos/proto';
import { asMessages, readArray } from './json-body.js';
import type { Read } from './json-body.js';
import { badRequest, perform } from './ports.js';
import type { WriteSideDeps } from './ports.js';

interface Form {
  readonly agent_id: AgentID;
  readonly resources: Resource[];
  /** Of /reserve: what the reservations are to be taken from. */
  readonly source: Resource[];
}

interface Endpoint {
  readonly path: string;
  readonly summary: string;
  /** Of the field that holds the resources. */
  readonly field: 'resources' | 'volumes';
  readonly call: (form: Form) => master.Call;
}

const ENDPOINTS: readonly Endpoint[] = [
  {
    path: '/reserve',
    summary: 'Reserves resources of an agent: slaveId, resources, and perhaps source.',
    field: 'resources',
    call: (form) => ({ type: 'RESERVE_RESOURCES', reserve_resources: form }),
  },
  {
    path: '/unreserve',
    summary: 'Undoes dynamic reservations on an agent: slaveId, resources.',
    field: 'resources',
    call: ({ agent_id, resources }) => ({ type: 'UNRESERVE_RESOURCES', unreserve_resources: { agent_id, resources } }),
  },
  {
    path: '/create-volumes',
    summary: 'Makes persistent volumes of reserved disk of an agent: slaveId, volumes.',
    field: 'volumes',
    call: ({ agent_id, resources }) => ({ type: 'CREATE_VOLUMES', create_volumes: { agent_id, volumes: resources } }),
  },
  {
    path: '/destroy-volumes',
    summary: 'Destroys persistent volumes of an agent with what is in them: slaveId, volumes.',
    field: 'volumes',
    call: ({ agent_id, resources }) => ({ type: 'DESTROY_VOLUMES', destroy_volumes: { agent_id, volumes: resources } }),
  },
];

export function registerResourceWrites(front: Front, deps: WriteSideDeps): void {
  for (const { path, summary, field, call } of ENDPOINTS) {
    front.post(
      path,
      (request): FrontAnswer | Promise<FrontAnswer> => {
        const form = readForm(request, field);
        return form.ok ? perform(deps, request, call(form.value)) : badRequest(form.error);
      },
      { summary },
    );
  }
}

function readForm({ body }: FrontRequest, field: Endpoint['field']): Read<Form> {
  const values = new URLSearchParams(body.toString());
  const value = values.get('slaveId');
  if (value === null) return missing('slaveId');
  const resources = readResources(values, field);
  if (!resources.ok) return resources;
  const source = field === 'resources' && values.has('source') ? readResources(values, 'source') : NONE;
  if (!source.ok) return source;
  return { ok: true, value: { agent_id: { value }, resources: resources.value, source: source.value } };
}

const NONE: Read<Resource[]> = { ok: true, value: [] };

function missing(name: string): { ok: false; error: string } {
  return { ok: false, error: `Missing '${name}' query parameter in the request body` };
}

function readResources(values: URLSearchParams, name: string): Read<Resource[]> {
  const text = values.get(name);
  if (text === null) return missing(name);
  const json = readArray(text);
  const resources = json.ok ? asMessages('mesos.v1.Resource', json.value) : json;
  return resources.ok
    ? resources
    : { ok: false, error: `Error in parsing '${name}' query parameter in the request body: ${resources.error}` };
}
