// Calls of operators in tests of the core.
import type { master } from '@mini-mesos/proto';
import type { Harness } from '../support/harness.js';

/** The answer, or undefined while there is none. */
export function ask(world: Harness, call: master.Call, principal?: string) {
  const request = world.request();
  world.send({ type: 'operator-call', request, call, principal });
  return { request, answer: () => world.answers.get(request) };
}

export const answerTo = (world: Harness, call: master.Call, principal?: string) => ask(world, call, principal).answer();

export const OK = { status: 200, text: undefined };
export const ACCEPTED = { status: 202, text: undefined };
