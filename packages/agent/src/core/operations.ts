// Operations on the agent's own resources: applied one after the other to the total, made durable, then answered.
//
//   APPLY_OPERATION ──▶ waits ──▶ applied ──▶ persisted ──▶ FINISHED ──(has an id)──▶ sent until acknowledged
//                                  └── does not fit ────────▶ FAILED ──┘
//
// O1: FINISHED is said only after the new total is durable. O2: what fails changes nothing. O3: a status that waits for
// an acknowledgement is written down before it is sent, and sent by the next run of the agent too.
import type { link, Offer, Operation, OperationState, OperationStatus, Resource } from '@mini-mesos/proto';
import { isPersistentVolume, needsCheckpointing, Resources, stripAllocation } from '@mini-mesos/resources';
import { OPERATIONS_MAX, STATUS_UPDATE_RETRY_MAX_MS, STATUS_UPDATE_RETRY_MIN_MS } from './constants.js';
import type { CheckpointBook } from './checkpoint/book.js';
import { agentIdOf, log, type Context } from './context.js';
import { persistentVolumePath } from './executors/launch.js';
import { newUuid } from './random.js';

const TIMER_PREFIX = 'operation/';

interface Unacknowledged {
  readonly update: link.OperationStatusUpdate;
  retryMs: number;
}

export class Operations {
  readonly #context: Context;
  readonly #send: (call: link.Call) => void;
  readonly #waiting: link.Event.ApplyOperation[] = [];
  #applying: { token: number; event: link.Event.ApplyOperation; total: Resources } | undefined;
  readonly #unacknowledged = new Map<string, Unacknowledged>();
  #token = 0;

  constructor(context: Context, send: (call: link.Call) => void) {
    this.#context = context;
    this.#send = send;
  }

  /** While one is being made durable, tasks that may use its result have to wait. */
  get isBusy(): boolean {
    return this.#applying !== undefined;
  }

  apply(event: link.Event.ApplyOperation): void {
    const { operations } = this.#context.state;
    const key = hex(event.operation_uuid.value);
    if (operations.has(key)) return;
    if (operations.size >= OPERATIONS_MAX) {
      this.#finish(event, 'OPERATION_FAILED', `${OPERATIONS_MAX} operations wait for an acknowledgement already`);
      return;
    }
    operations.set(key, {
      ...(event.framework_id ? { framework_id: event.framework_id } : {}),
      agent_id: agentIdOf(this.#context),
      info: event.operation,
      latest_status: this.#status(event, 'OPERATION_PENDING'),
      statuses: [],
      uuid: event.operation_uuid,
    });
    this.#waiting.push(event);
    this.#next();
  }

  onPersisted(token: number, error: string | undefined): void {
    const applying = this.#applying;
    if (applying?.token !== token) return;
    this.#applying = undefined;
    const { state } = this.#context;
    if (error === undefined) {
      state.totalResources = applying.total;
      state.checkpointedResources = applying.total.filter(needsCheckpointing);
      this.#finish(applying.event, 'OPERATION_FINISHED');
    } else {
      this.#fail(applying.event, error);
    }
    this.#next();
  }

  acknowledge({ operation_uuid, status_uuid }: link.Event.AcknowledgeOperationStatus): void {
    const key = hex(operation_uuid.value);
    const waiting = this.#unacknowledged.get(key);
    const uuid = waiting?.update.status.uuid;
    if (!uuid || hex(uuid.value) !== hex(status_uuid)) return;
    this.#unacknowledged.delete(key);
    this.#context.state.operations.delete(key);
    this.#over(key);
    this.#context.emit({ type: 'cancel-timer', key: TIMER_PREFIX + key });
  }

  onTimer(key: string): boolean {
    if (!key.startsWith(TIMER_PREFIX)) return false;
    const name = key.slice(TIMER_PREFIX.length);
    const waiting = this.#unacknowledged.get(name);
    if (waiting) {
      waiting.retryMs = Math.min(waiting.retryMs * 2, STATUS_UPDATE_RETRY_MAX_MS);
      this.#transmit(name, waiting);
    }
    return true;
  }

  /** The agent is registered again: what was not acknowledged may never have arrived. */
  resume(): void {
    for (const [name, waiting] of this.#unacknowledged) this.#transmit(name, waiting);
  }

  /** Takes up what an earlier run of the agent had not answered. One that was being applied has succeeded, or not. */
  restore(book: CheckpointBook): void {
    const { state } = this.#context;
    for (const [key, operation] of book.operations) {
      state.operations.set(key, { ...operation, statuses: [...(operation.statuses ?? [])] });
      const update = {
        ...(operation.framework_id ? { framework_id: operation.framework_id } : {}),
        operation_uuid: operation.uuid,
        status: operation.latest_status,
      };
      this.#unacknowledged.set(key, { update, retryMs: STATUS_UPDATE_RETRY_MIN_MS });
    }
    for (const [key, { operation, resources }] of [...book.applying]) {
      state.operations.set(key, { ...operation });
      const event = {
        ...(operation.framework_id ? { framework_id: operation.framework_id } : {}),
        operation: operation.info,
        operation_uuid: operation.uuid,
      };
      const isApplied = Resources.fromProto(resources).equals(state.checkpointedResources);
      if (isApplied) this.#finish(event, 'OPERATION_FINISHED');
      else this.#finish(event, 'OPERATION_FAILED', 'the agent ended before the operation was applied');
    }
  }

  #over(uuid: string): void {
    this.#context.emit({ type: 'checkpoint', record: { type: 'operation-over', uuid } });
  }

  #next(): void {
    while (!this.#applying) {
      const event = this.#waiting.shift();
      if (!event) return;
      this.#start(event);
    }
  }

  #start(event: link.Event.ApplyOperation): void {
    const { state, config } = this.#context;
    const applied = state.totalResources.applyOperation(withoutAllocation(event.operation));
    if (!applied.ok) {
      this.#fail(event, applied.error);
      return;
    }
    this.#token += 1;
    this.#applying = { token: this.#token, event, total: applied.value };
    const resources = applied.value.filter(needsCheckpointing);
    const operation = state.operations.get(hex(event.operation_uuid.value));
    if (operation) {
      const record = { type: 'operation-applying', operation, resources: resources.toProto() } as const;
      this.#context.emit({ type: 'checkpoint', record });
    }
    const before = volumePaths(config.workDir, state.totalResources);
    const after = volumePaths(config.workDir, applied.value);
    this.#context.emit({
      type: 'persist-resources',
      token: this.#token,
      resources,
      created: after.filter((path) => !before.includes(path)),
      destroyed: before.filter((path) => !after.includes(path)),
    });
  }

  /** The master believed that it would succeed: it has to hear what there really is. */
  #fail(event: link.Event.ApplyOperation, message: string): void {
    log(this.#context, 'warn', `cannot apply operation ${event.operation.type ?? 'UNKNOWN'}: ${message}`);
    this.#finish(event, 'OPERATION_FAILED', message);
    const total = this.#context.state.totalResources.toProto();
    this.#send({ type: 'UPDATE_AGENT', update_agent: { total_resources: total } });
  }

  #finish(event: link.Event.ApplyOperation, state: OperationState, message?: string): void {
    const status = this.#status(event, state, message);
    const update: link.OperationStatusUpdate = {
      ...(event.framework_id ? { framework_id: event.framework_id } : {}),
      operation_uuid: event.operation_uuid,
      status,
    };
    const key = hex(event.operation_uuid.value);
    const operation = this.#context.state.operations.get(key);
    if (!status.uuid || !operation) {
      if (this.#context.state.operations.delete(key)) this.#over(key);
      this.#send({ type: 'UPDATE_OPERATION_STATUS', update_operation_status: update });
      return;
    }
    operation.latest_status = status;
    operation.statuses = [...(operation.statuses ?? []), status];
    this.#context.emit({ type: 'checkpoint', record: { type: 'operation', operation: { ...operation } } });
    const waiting = { update, retryMs: STATUS_UPDATE_RETRY_MIN_MS };
    this.#unacknowledged.set(key, waiting);
    this.#transmit(key, waiting);
  }

  #transmit(key: string, { update, retryMs }: Unacknowledged): void {
    this.#send({ type: 'UPDATE_OPERATION_STATUS', update_operation_status: update });
    this.#context.emit({ type: 'set-timer', key: TIMER_PREFIX + key, delayMs: retryMs });
  }

  /** Only a framework that named the operation acknowledges its statuses, which then carry a uuid. */
  #status(event: link.Event.ApplyOperation, state: OperationState, message?: string): OperationStatus {
    const id = event.operation.id;
    const isAcknowledged = id !== undefined && event.framework_id !== undefined && state !== 'OPERATION_PENDING';
    return {
      ...(id ? { operation_id: id } : {}),
      state,
      ...(message === undefined ? {} : { message }),
      ...(isAcknowledged ? { uuid: { value: newUuid(this.#context.random) } } : {}),
      agent_id: agentIdOf(this.#context),
    };
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function volumePaths(workDir: string, resources: Resources): string[] {
  return resources
    .filter(isPersistentVolume)
    .toProto()
    .flatMap((volume) => persistentVolumePath(workDir, volume) ?? []);
}

/** The total is nobody's: operations are applied to it without the role they were allocated to. */
function withoutAllocation(operation: Offer.Operation): Offer.Operation {
  const { reserve, unreserve, create, destroy, grow_volume: grow, shrink_volume: shrink } = operation;
  const one = (resource: Resource) => stripAllocation([resource])[0] ?? resource;
  return {
    ...operation,
    ...(reserve
      ? { reserve: { resources: stripAllocation(reserve.resources), source: stripAllocation(reserve.source) } }
      : {}),
    ...(unreserve ? { unreserve: { resources: stripAllocation(unreserve.resources) } } : {}),
    ...(create ? { create: { volumes: stripAllocation(create.volumes) } } : {}),
    ...(destroy ? { destroy: { volumes: stripAllocation(destroy.volumes) } } : {}),
    ...(grow ? { grow_volume: { volume: one(grow.volume), addition: one(grow.addition) } } : {}),
    ...(shrink ? { shrink_volume: { ...shrink, volume: one(shrink.volume) } } : {}),
  };
}

/** Operations without a terminal status that was acknowledged: what a master that forgot them has to hear. */
export function openOperations({ state }: Context): Operation[] {
  return [...state.operations.values()];
}
