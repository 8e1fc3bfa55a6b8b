// Goal: calls keep their order, acknowledgements do not wait for each other, and what is kept is sent again. Method: a
// transport in memory that answers when the test says so.
import { expect, test } from 'vitest';
import type { CallAnswer, Transport } from '@mini-mesos/scheduler-sdk';
import type { Call } from '../src/core/calls.js';
import { killCall, reviveCall, suppressCall } from '../src/core/calls.js';
import {
  ACKNOWLEDGEMENTS_IN_FLIGHT_MAX,
  CALLS_WAITING_MAX,
  CallSender,
  KEPT_RETRY_MS,
} from '../src/shell/call-sender.js';
import { silentLog } from '../src/shell/system-ports.js';
import { uuid } from './fake-master.js';
import { ManualClock } from './manual-clock.js';

const acknowledge = (taskId: string): Call => ({
  type: 'ACKNOWLEDGE',
  acknowledge: { agent_id: { value: 'a' }, task_id: { value: taskId }, uuid: uuid(1) },
});

function makeSender() {
  const clock = new ManualClock();
  const inFlight: { call: Call; streamId: string | undefined; answer(answer: CallAnswer): void }[] = [];
  const transport: Transport<Call, unknown> = {
    subscribe: () => Promise.reject(new Error('not asked for')),
    call: (_, call, { streamId, signal }) =>
      new Promise((resolve, reject) => {
        inFlight.push({ call, streamId, answer: resolve });
        signal.addEventListener('abort', () => reject(new Error('aborted')));
      }),
    close: () => undefined,
  };
  const sender = new CallSender(transport, { clock, log: silentLog });
  const open = (streamId: string) => {
    const abort = new AbortController();
    sender.open({ address: 'a:1', streamId, frameworkId: 'F', signal: abort.signal });
    return () => {
      abort.abort();
      sender.close();
    };
  };
  const answer = async (status: number, text = '') => {
    inFlight.shift()?.answer({ status, text });
    await new Promise((resolve) => setImmediate(resolve));
  };
  const types = () => inFlight.map(({ call, streamId }) => `${call.type} ${streamId}`);
  return { sender, clock, inFlight, open, answer, types };
}

test('calls go one after the other, acknowledgements side by side up to their bound', async () => {
  const { sender, open, answer, types, inFlight } = makeSender();
  open('s');
  const sent = [sender.send(suppressCall([])), sender.send(reviveCall([]))];
  expect(types()).toEqual(['SUPPRESS s']);
  await answer(202);
  expect(types()).toEqual(['REVIVE s']);
  await answer(202);
  await Promise.all(sent);
  const count = ACKNOWLEDGEMENTS_IN_FLIGHT_MAX + 3;
  const acknowledged = Array.from({ length: count }, (_, i) => sender.send(acknowledge(String(i))));
  expect(inFlight.length).toBe(ACKNOWLEDGEMENTS_IN_FLIGHT_MAX);
  for (let i = 0; i < count; i++) await answer(202);
  await Promise.all(acknowledged);
  expect(inFlight[0]?.call.framework_id).toBeUndefined();
});

test('when the subscription ends, what can be kept is, and the rest fails at once', async () => {
  const { sender, open, types, answer } = makeSender();
  const close = open('s');
  const lost = sender.send(reviveCall([])).catch((error: unknown) => error);
  const waiting = sender.send(suppressCall([])).catch((error: unknown) => error);
  const kept = [sender.send(killCall('t', {})), sender.send(acknowledge('t'))];
  close();
  expect(await lost).toMatchObject({ code: 'MM_SDK_DISCONNECTED' });
  expect(await waiting).toMatchObject({ code: 'MM_SDK_NOT_SUBSCRIBED', retryable: true });
  await expect(sender.send(reviveCall([]))).rejects.toMatchObject({ code: 'MM_SDK_NOT_SUBSCRIBED' });
  open('s2');
  expect(
    types()
      .filter((type) => type.endsWith('s2'))
      .sort(),
  ).toEqual(['ACKNOWLEDGE s2', 'KILL s2']);
  while (types().length > 0) await answer(202);
  await Promise.all(kept);
});

test.each([
  [503, 'not now'],
  [403, 'Framework is not subscribed'],
])('a kept call that is answered %i goes again after a moment', async (status, text) => {
  const { sender, open, answer, types, clock } = makeSender();
  open('s');
  const killed = sender.send(killCall('t', {}));
  await answer(status, text);
  expect(types()).toEqual([]);
  clock.advance(KEPT_RETRY_MS);
  expect(types()).toEqual(['KILL s']);
  await answer(202);
  await killed;
});

test('a refused call is an error with its answer, kept or not', async () => {
  const { sender, open, answer } = makeSender();
  open('s');
  const killed = sender.send(killCall('t', {})).catch((error: unknown) => error);
  await answer(400, 'Framework cannot be found');
  expect(await killed).toMatchObject({ code: 'MM_SDK_CALL_REFUSED', status: 400 });
});

test('calls beyond the bound are refused, and a stop rejects who waits', async () => {
  const { sender } = makeSender();
  const kept = Array.from({ length: CALLS_WAITING_MAX }, () => sender.send(killCall('t', {})));
  await expect(sender.send(killCall('t', {}))).rejects.toMatchObject({ code: 'MM_SDK_QUEUE_FULL', retryable: true });
  sender.stop();
  const results = await Promise.allSettled(kept);
  expect(results.every(({ status }) => status === 'rejected')).toBe(true);
});
