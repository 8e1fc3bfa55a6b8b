// Operations on a registry, made up: few agents, roles, machines and frameworks, so that they meet each other.
import fc from 'fast-check';
import type { AgentInfo, MachineID } from '@mini-mesos/proto';
import type { AgentId, FrameworkId } from '@mini-mesos/wire';
import type { RegistryOperation } from '../../../src/core/registry/operations.js';

export const agentInfo = (id: string, extra: Partial<AgentInfo> = {}): AgentInfo => ({
  id: { value: id },
  hostname: `host-${id}`,
  port: 5051,
  resources: [{ name: 'cpus', type: 'SCALAR', scalar: { value: 4 } }],
  ...extra,
});

const agent = fc.constantFrom('S0', 'S1', 'S2', 'S3').map((id) => id as AgentId);
const info = fc.tuple(agent, fc.constantFrom('a', 'b')).map(([id, hostname]) => agentInfo(id, { hostname }));
const atMs = fc.integer({ min: 1, max: 1_000 });
const role = fc.constantFrom('dev', 'prod', 'eng/web');
const machine: fc.Arbitrary<MachineID> = fc.constantFrom({ hostname: 'h1' }, { hostname: 'h2', ip: '10.0.0.2' });
const framework = fc.constantFrom('F0', 'F1').map((id) => id as FrameworkId);
const machines = fc.uniqueArray(machine, { minLength: 1, maxLength: 2 });

export const anyOperation: fc.Arbitrary<RegistryOperation> = fc.oneof(
  info.map((agent): RegistryOperation => ({ type: 'admit-agent', agent })),
  info.map((agent): RegistryOperation => ({ type: 'update-agent', agent })),
  info.map((agent): RegistryOperation => ({ type: 'mark-reachable', agent })),
  agent.map((agent): RegistryOperation => ({ type: 'remove-agent', agent })),
  fc.tuple(agent, atMs).map(([agent, atMs]): RegistryOperation => ({ type: 'mark-unreachable', agent, atMs })),
  fc.tuple(agent, atMs).map(([agent, atMs]): RegistryOperation => ({ type: 'mark-gone', agent, atMs })),
  agent.map((agent): RegistryOperation => ({ type: 'drain-agent', agent, config: { mark_gone: true } })),
  agent.map((agent): RegistryOperation => ({ type: 'mark-drained', agent })),
  agent.map((agent): RegistryOperation => ({ type: 'deactivate-agent', agent })),
  agent.map((agent): RegistryOperation => ({ type: 'reactivate-agent', agent })),
  fc
    .tuple(agent, agent)
    .map(([one, other]): RegistryOperation => ({ type: 'prune-agents', unreachable: [one], gone: [other] })),
  fc
    .tuple(role, fc.constantFrom(0.5, 2))
    .map(([role, weight]): RegistryOperation => ({ type: 'update-weights', weights: new Map([[role, weight]]) })),
  fc.tuple(role, fc.boolean()).map(([role, isSet]): RegistryOperation => ({
    type: 'update-quota',
    configs: [{ role, ...(isSet ? { guarantees: { cpus: { value: 2 } } } : {}) }],
  })),
  machines.map((machine_ids): RegistryOperation => ({
    type: 'update-maintenance',
    schedule: { windows: [{ machine_ids, unavailability: { start: { nanoseconds: 1e18 } } }] },
  })),
  machines.map((machines): RegistryOperation => ({ type: 'start-maintenance', machines })),
  machines.map((machines): RegistryOperation => ({ type: 'stop-maintenance', machines })),
  fc
    .tuple(framework, atMs)
    .map(([framework, atMs]): RegistryOperation => ({ type: 'remove-framework', framework, atMs })),
  framework.map((id): RegistryOperation => ({ type: 'prune-frameworks', frameworks: [id] })),
);

export const anyOperations = fc.array(anyOperation, { maxLength: 40 });
