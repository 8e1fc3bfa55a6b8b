// Whether quota may be set. Texts are Mesos' (src/master/quota.cpp and src/master/quota_handler.cpp).
import type { master, quota, Resource } from '@mini-mesos/proto';
import {
  Limits,
  printResource,
  Quantities,
  upgradeResource,
  validateResourceShape,
  validateRole,
} from '@mini-mesos/resources';
import type { Context } from '../context.js';
import { rolesView } from '../views/roles.js';
import { isWhitelistedRole } from './roles.js';

/** In MiB. Mesos' bounds: sums of thousandths stay exact below them. */
const EXABYTE_MIB = 1024 ** 4;
const AMOUNT_MAX = 1e12;

type Amounts = quota.QuotaConfig['guarantees'];

/** Why a configuration cannot be for any cluster; undefined where it can. */
export function invalidConfig({ role, guarantees = {}, limits = {} }: quota.QuotaConfig): string | undefined {
  const reason = validateRole(role);
  if (reason !== undefined) return `Invalid 'QuotaConfig.role': ${reason}`;
  return (
    invalidAmounts(guarantees, { field: 'guarantees', kind: 'guarantee' }) ??
    invalidAmounts(limits, { field: 'limits', kind: 'limit' }) ??
    (Limits.fromProto(limits).allows(Quantities.fromProto(guarantees))
      ? undefined
      : `'QuotaConfig.guarantees' ${printed(guarantees)} is not contained within the 'QuotaConfig.limits' ${printed(limits)}`)
  );
}

function invalidAmounts(
  amounts: NonNullable<Amounts>,
  { field, kind }: { field: string; kind: string },
): string | undefined {
  for (const [name, { value }] of Object.entries(amounts)) {
    const isSize = name === 'mem' || name === 'disk';
    const [max, unit] = isSize ? [EXABYTE_MIB, '1 exabyte'] : [AMOUNT_MAX, '1 trillion'];
    if (value > max && value < Infinity) {
      return `Invalid 'QuotaConfig.${field}': {'${name}': ${value}} is invalid: values greater than ${unit} (${max}) are not supported`;
    }
    const reason = invalidScalar(value);
    if (reason !== undefined) return `Invalid ${kind} configuration {'${name}': ${value}}: ${reason}`;
  }
  return undefined;
}

function invalidScalar(value: number): string | undefined {
  if (Number.isNaN(value)) return 'NaN not supported';
  if (!Number.isFinite(value)) return 'Infinite values not supported';
  return value < 0 ? 'Negative values not supported' : undefined;
}

function printed(amounts: Amounts = {}): string {
  const pairs = Object.entries(amounts).map(([name, { value }]) => `${name}: ${value}`);
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
}

/** As it is stored: guarantees of nothing are left out; a limit of 0 is a limit. */
export function normalised({ role, guarantees, limits }: quota.QuotaConfig): quota.QuotaConfig {
  return {
    role,
    guarantees: Quantities.fromProto(guarantees).toProto(),
    limits: Limits.fromProto(limits).toProto(),
  };
}

/** Why UPDATE_QUOTA is refused. `force` passes what is only unwise: below the use of now, above the whole cluster. */
export function invalidUpdate(
  ctx: Context,
  { quota_configs: configs = [], force = false }: master.Call.UpdateQuota,
): string | undefined {
  for (const config of configs) {
    const { role } = config;
    if (!isWhitelistedRole(ctx, role)) return `Invalid QuotaConfig: '${role}' is not on the roles whitelist`;
    if (role.includes('/')) return `Updating quota on nested role '${role}' is not supported yet`;
    const reason = invalidConfig(config);
    if (reason !== undefined) return `Invalid QuotaConfig: ${reason}`;
  }
  if (force) return undefined;
  const { roles } = rolesView(ctx.state, ctx.config);
  for (const { role, limits } of configs) {
    const bounds = Limits.fromProto(limits);
    const consumed = roles.find(({ name }) => name === role)?.consumed ?? Quantities.EMPTY;
    if (bounds.allows(consumed)) continue;
    return `Invalid QuotaConfig: Role '${role}' is already consuming '${consumed}'; this is more than the requested limits '${bounds}' (use 'force' flag to bypass this check)`;
  }
  const excess = overcommitment(ctx, configs);
  return excess && `Invalid QuotaConfig: ${lowered(excess)} (use 'force' flag to bypass this check)`;
}

const lowered = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1);

/** What is guaranteed in all, with `configs` in place, against what all registered agents have. */
export function overcommitment({ state }: Context, configs: readonly quota.QuotaConfig[]): string | undefined {
  const all = new Map([...state.registry.quotas, ...configs.map((config) => [config.role, config] as const)]);
  const guaranteed = Quantities.sum([...all.values()].map(({ guarantees }) => Quantities.fromProto(guarantees)));
  const capacity = Quantities.sum(
    [...state.agents.values()].map(({ total }) => Quantities.fromScalars(total.nonRevocable())),
  );
  return capacity.contains(guaranteed)
    ? undefined
    : `Total quota guarantees '${guaranteed}' exceed cluster capacity '${capacity}'`;
}

/** Why SET_QUOTA, the call from before limits, is refused. */
export function invalidRequest(ctx: Context, { role, guarantee = [] }: quota.QuotaRequest): string | undefined {
  const refuse = (reason: string) => `Failed to validate set quota request: ${reason}`;
  for (const resource of guarantee) {
    const reason = validateResourceShape(resource);
    if (reason !== undefined) {
      return refuse(`QuotaInfo with invalid resource: Resource '${printResource(resource)}' is invalid: ${reason}`);
    }
  }
  if (role === undefined) return refuse('QuotaInfo must specify a role');
  const reason = validateRole(role);
  if (reason !== undefined) return refuse(`QuotaInfo with invalid role: ${reason}`);
  const unsuited = unsuitedGuarantee(guarantee.map(upgradeResource));
  if (unsuited !== undefined) return refuse(unsuited);
  if (!isWhitelistedRole(ctx, role)) return refuse(`Unknown role '${role}'`);
  if (ctx.state.registry.quotas.has(role)) {
    return refuse(`Cannot set quota for role '${role}' which already has quota`);
  }
  return role.includes('/') ? `Setting quota on nested role '${role}' is not supported yet` : undefined;
}

function unsuitedGuarantee(guarantee: readonly Resource[]): string | undefined {
  if (guarantee.length === 0) return "QuotaInfo with empty 'guarantee'";
  const names = new Set<string>();
  for (const { name, type, reservations = [], disk, revocable } of guarantee) {
    if (reservations.length > 0) return 'QuotaInfo must not contain any ReservationInfo';
    if (disk) return 'QuotaInfo must not contain DiskInfo';
    if (revocable) return 'QuotaInfo must not contain RevocableInfo';
    if (type !== 'SCALAR') return 'QuotaInfo must not include non-scalar resources';
    if (names.has(name)) return `QuotaInfo contains duplicate resource name '${name}'`;
    names.add(name);
  }
  return undefined;
}
