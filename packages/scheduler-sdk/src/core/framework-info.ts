// Completes what the user says of the framework to the FrameworkInfo that is sent.
import type { FrameworkInfo } from '@mini-mesos/proto';

export type CapabilityType = NonNullable<FrameworkInfo.Capability['type']>;

/** Without these a master hides newer states and formats from the framework (mesos.proto, FrameworkInfo.Capability). */
export const DEFAULT_CAPABILITIES: readonly CapabilityType[] = [
  'MULTI_ROLE',
  'PARTITION_AWARE',
  'TASK_KILLING_STATE',
  'RESERVATION_REFINEMENT',
];

/** FrameworkInfo, of which only the name is needed. `id` makes this a failover of the framework that has it. */
export type FrameworkOptions = Partial<FrameworkInfo> & { name: string };

export interface FrameworkDefaults {
  user: string;
  hostname: string;
  principal?: string | undefined;
}

/** With MULTI_ROLE the single `role` of older frameworks moves to `roles`; no role at all means `*`. */
export function completeFramework(options: FrameworkOptions, defaults: FrameworkDefaults): FrameworkInfo {
  const { role, ...rest } = options;
  const capabilities = options.capabilities ?? DEFAULT_CAPABILITIES.map((type) => ({ type }));
  const isMultiRole = capabilities.some(({ type }) => type === 'MULTI_ROLE');
  const roles = options.roles?.length ? options.roles : [role ?? '*'];
  return {
    hostname: defaults.hostname,
    ...(defaults.principal === undefined ? {} : { principal: defaults.principal }),
    ...rest,
    user: options.user ?? defaults.user,
    capabilities,
    ...(isMultiRole ? { roles } : { role: roles[0] ?? '*', roles: [] }),
  };
}

/** The roles of a complete FrameworkInfo, whichever of the two fields holds them. */
export function rolesOf(framework: FrameworkInfo): string[] {
  return framework.roles?.length ? framework.roles : [framework.role ?? '*'];
}
