// Goal: reservations and volumes are durable before they are confirmed (O1), and what fails changes nothing (O2).
// Method: the machine on virtual time; the test plays the disk.
import type { link, Offer, Resource } from '@mini-mesos/proto';
import { describe, expect, it } from 'vitest';
import type { Effect } from '../src/core/effects.js';
import { FRAMEWORK_ID, Harness, parsed, taskInfo, uuid } from './support/harness.js';

const reserved = (name: string, value: number): Resource => ({
  name,
  type: 'SCALAR',
  scalar: { value },
  reservations: [{ type: 'DYNAMIC', role: 'dev', principal: 'me' }],
  allocation_info: { role: 'dev' },
});
const volume: Resource = {
  ...reserved('disk', 32),
  disk: { persistence: { id: 'vol1' }, volume: { container_path: 'data', mode: 'RW' } },
};
const RESERVE: Offer.Operation = { type: 'RESERVE', reserve: { resources: [reserved('disk', 64)] } };
const CREATE: Offer.Operation = { type: 'CREATE', create: { volumes: [volume] } };

function apply(harness: Harness, operation: Offer.Operation, fill = 1): void {
  const event: link.Event.ApplyOperation = {
    framework_id: { value: FRAMEWORK_ID },
    operation,
    operation_uuid: { value: uuid(fill) },
  };
  harness.master({ type: 'APPLY_OPERATION', apply_operation: event });
}

type Persist = Extract<Effect, { type: 'persist-resources' }>;
const persists = (harness: Harness) =>
  harness.effects.filter((effect): effect is Persist => effect.type === 'persist-resources');

function persisted(harness: Harness, error?: string): void {
  const token = persists(harness).at(-1)?.token ?? -1;
  harness.event({ type: 'resources-persisted', token, ...(error === undefined ? {} : { error }) });
}

const answers = (harness: Harness) => harness.calls.flatMap((call) => call.update_operation_status?.status.state ?? []);

describe('an operation', () => {
  it('is confirmed after it is durable (O1)', () => {
    const harness = Harness.registered();
    apply(harness, RESERVE);
    expect(persists(harness).at(-1)?.resources.toString()).toContain('disk');
    expect(answers(harness)).toEqual([]);
    expect(harness.machine.state.totalResources.reserved().isEmpty).toBe(true);
    persisted(harness);
    expect(answers(harness)).toEqual(['OPERATION_FINISHED']);
    expect(harness.machine.state.checkpointedResources.scalarMilli('disk')).toBe(64_000);
    expect(harness.machine.state.totalResources.scalarMilli('disk')).toBe(8_192_000);
  });

  it('changes nothing where it cannot be made durable (O2), and says what there is', () => {
    const harness = Harness.registered();
    apply(harness, RESERVE);
    persisted(harness, 'no space left on device');
    expect(harness.calls.map(({ type }) => type)).toEqual(['UPDATE_OPERATION_STATUS', 'UPDATE_AGENT']);
    expect(harness.calls[0]?.update_operation_status?.status).toMatchObject({
      state: 'OPERATION_FAILED',
      message: 'no space left on device',
    });
    expect(harness.machine.state.totalResources.equals(parsed('cpus:4;mem:4096;disk:8192;ports:[31000-32000]'))).toBe(
      true,
    );
  });

  it('fails where the resources are not there', () => {
    const harness = Harness.registered();
    apply(harness, { type: 'UNRESERVE', unreserve: { resources: [reserved('disk', 64)] } });
    expect(persists(harness)).toEqual([]);
    expect(answers(harness)).toEqual(['OPERATION_FAILED']);
  });

  it('waits for the one before it', () => {
    const harness = Harness.registered();
    apply(harness, RESERVE, 1);
    apply(harness, CREATE, 2);
    expect(persists(harness)).toHaveLength(1);
    persisted(harness);
    expect(persists(harness)).toHaveLength(2);
    expect(persists(harness).at(-1)?.created).toEqual(['/work/volumes/roles/dev/vol1']);
    persisted(harness);
    apply(harness, { type: 'DESTROY', destroy: { volumes: [volume] } }, 3);
    expect(persists(harness).at(-1)?.destroyed).toEqual(['/work/volumes/roles/dev/vol1']);
    persisted(harness);
    expect(answers(harness)).toEqual(['OPERATION_FINISHED', 'OPERATION_FINISHED', 'OPERATION_FINISHED']);
  });

  it('holds back tasks that may use its result, and links their volumes', () => {
    const harness = Harness.registered();
    apply(harness, RESERVE, 1);
    apply(harness, CREATE, 2);
    harness.run(taskInfo('t', { resources: [volume] }));
    expect(harness.containers.size).toBe(0);
    harness.master({ type: 'PING', ping: { connected: true } });
    expect(harness.calls.at(-1)?.type).toBe('PONG');
    persisted(harness);
    expect(harness.containers.size).toBe(0);
    persisted(harness);
    expect(harness.container('t').config.volumes).toEqual([
      { containerPath: 'data', source: '/work/volumes/roles/dev/vol1', readOnly: false },
    ]);
  });

  it('with an id is told again until the framework has acknowledged it', () => {
    const harness = Harness.registered();
    apply(harness, { ...RESERVE, id: { value: 'op1' } });
    persisted(harness);
    harness.advance(10_000);
    harness.advance(20_000);
    expect(answers(harness)).toHaveLength(3);
    harness.breakLink();
    harness.advance(1_000);
    const call = harness.calls.findLast(({ type }) => type === 'REREGISTER')?.reregister;
    expect(call?.operations).toMatchObject([
      { latest_status: { state: 'OPERATION_FINISHED', operation_id: { value: 'op1' } } },
    ]);
    harness.reregister();
    expect(answers(harness)).toHaveLength(4);
    const status = harness.calls.at(-1)?.update_operation_status?.status;
    harness.master({
      type: 'ACKNOWLEDGE_OPERATION_STATUS',
      acknowledge_operation_status: {
        framework_id: { value: FRAMEWORK_ID },
        operation_uuid: { value: uuid(1) },
        status_uuid: status?.uuid?.value ?? new Uint8Array(),
      },
    });
    harness.advance(60_000);
    expect(answers(harness)).toHaveLength(4);
    expect(harness.machine.state.operations.size).toBe(0);
  });

  it('without an id is told once', () => {
    const harness = Harness.registered();
    apply(harness, RESERVE);
    persisted(harness);
    expect(harness.calls.at(-1)?.update_operation_status?.status.uuid).toBeUndefined();
    harness.advance(60_000);
    expect(answers(harness)).toHaveLength(1);
    expect(harness.machine.state.operations.size).toBe(0);
  });

  it('is remembered across a restart of the agent', () => {
    const first = Harness.registered();
    apply(first, RESERVE);
    persisted(first);
    const again = new Harness({ checkpointedResources: first.machine.state.checkpointedResources });
    expect(again.machine.state.totalResources.equals(first.machine.state.totalResources)).toBe(true);
    again.detect('10.0.0.1:5050');
    again.advance(1_000);
    expect(again.calls[0]?.register?.agent.checkpointed_resources).toHaveLength(1);
  });

  it('that does not fit the resources of a restarted agent keeps it from starting', () => {
    const checkpointed = Harness.registered();
    apply(checkpointed, RESERVE);
    persisted(checkpointed);
    const checkpointedResources = checkpointed.machine.state.checkpointedResources;
    expect(() => new Harness({ checkpointedResources, resources: parsed('cpus:1;disk:10') })).toThrow(
      /the remembered reservations and volumes do not fit this agent/,
    );
  });
});
