// PUT /weights, POST /quota and DELETE /quota/ROLE.
import type { Front, FrontAnswer, FrontRequest } from '@mini-mesos/daemon';
import { asMessage, asMessages, readArray, readObject } from './json-body.js';
import { badRequest, perform } from './ports.js';
import type { WriteSideDeps } from './ports.js';

export function registerRoleWrites(front: Front, deps: WriteSideDeps): void {
  front.put('/weights', (request) => putWeights(request, deps), {
    summary: 'Sets weights: a JSON array of {"role", "weight"}.',
  });
  front.post('/quota', (request) => postQuota(request, deps), {
    summary: 'Sets the quota of a role that has none: {"role", "guarantee", "force"}.',
  });
  front.delete('/quota', (request) => deleteQuota(request, deps), { summary: 'Removes the quota of /quota/ROLE.' });
}

function putWeights(request: FrontRequest, deps: WriteSideDeps): FrontAnswer | Promise<FrontAnswer> {
  const body = request.body.toString();
  const json = readArray(body);
  if (!json.ok) return badRequest(`Failed to parse update weights request JSON '${body}': ${json.error}`);
  const infos = asMessages('mesos.v1.WeightInfo', json.value);
  if (!infos.ok) return badRequest(`Failed to convert weights JSON array to protobuf '${body}': ${infos.error}`);
  return perform(deps, request, { type: 'UPDATE_WEIGHTS', update_weights: { weight_infos: infos.value } });
}

function postQuota(request: FrontRequest, deps: WriteSideDeps): FrontAnswer | Promise<FrontAnswer> {
  const body = request.body.toString();
  const json = readObject(body);
  if (!json.ok) return badRequest(`Failed to parse set quota request JSON '${body}': ${json.error}`);
  const asked = asMessage('mesos.v1.quota.QuotaRequest', json.value);
  if (!asked.ok) return badRequest(`Failed to validate set quota request JSON '${body}': ${asked.error}`);
  return perform(deps, request, { type: 'SET_QUOTA', set_quota: { quota_request: asked.value } });
}

function deleteQuota(request: FrontRequest, deps: WriteSideDeps): FrontAnswer | Promise<FrontAnswer> {
  const { rest: role, delegatedUrl } = request;
  const path = delegatedUrl.split('?')[0];
  if (role === '') {
    return badRequest(`Failed to parse remove quota request for path '${path}': expected 3 tokens, found 2 tokens`);
  }
  if (!deps.machine.state.registry.quotas.has(role)) {
    return badRequest(`Failed to remove quota for path '${path}': Role '${role}' has no quota set`);
  }
  return perform(deps, request, { type: 'REMOVE_QUOTA', remove_quota: { role } });
}
