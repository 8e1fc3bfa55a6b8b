// What the endpoints that change something need of the rest of the master.
import type { FrontAnswer, FrontRequest } from '@mini-mesos/daemon';
import type { master } from '@mini-mesos/proto';
import type { RequestId } from '../../../core/effects.js';
import type { MasterEvent } from '../../../core/events.js';
import type { MachineView } from '../read/ports.js';

export interface WriteSideDeps {
  readonly machine: MachineView;
  readonly runtime: {
    /** Gives the machine an event that it answers, and resolves with the answer. */
    ask(make: (request: RequestId) => MasterEvent): Promise<{ status: number; text?: string | undefined }>;
  };
}

/** Does what a call of the operator API would do: the old endpoints are other ways to write one. */
export async function perform(
  { runtime }: WriteSideDeps,
  { principal }: FrontRequest,
  call: master.Call,
): Promise<FrontAnswer> {
  const { status, text } = await runtime.ask((request) => ({ type: 'operator-call', request, call, principal }));
  return text === undefined ? { status } : { status, body: text };
}

export const badRequest = (body: string): FrontAnswer => ({ status: 400, body });
