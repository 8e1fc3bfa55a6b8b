// Answers of the reading endpoints.
import type { FrontAnswer } from '@mini-mesos/daemon';
import type { MessageName, MessageTypes } from '@mini-mesos/proto';
import { JSON_TYPE, toJsonText } from '@mini-mesos/wire';
import { writeJsonInSlices } from './json-writer.js';

const json = (body: Buffer | string): FrontAnswer => ({ status: 200, headers: { 'content-type': JSON_TYPE }, body });

/** A view, which may be large. */
export async function viewAnswer(view: object): Promise<FrontAnswer> {
  return json(await writeJsonInSlices(view));
}

export function messageAnswer<N extends MessageName>(name: N, message: MessageTypes[N]): FrontAnswer {
  return json(toJsonText(name, message));
}
