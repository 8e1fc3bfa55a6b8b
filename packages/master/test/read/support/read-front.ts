// A front with everything that is read from a master, over a machine of a test.
import { createFront, FilesService, ManualTime, MetricsRegistry, silentLogger } from '@mini-mesos/daemon';
import type { Front, InjectedAnswer } from '@mini-mesos/daemon';
import type { master } from '@mini-mesos/proto';
import { decodeProtobuf, encodeProtobuf, PROTOBUF_TYPE } from '@mini-mesos/wire';
import { registerOperatorApi } from '../../../src/shell/http/operator/operator-api.js';
import { OperatorStreams } from '../../../src/shell/http/operator/operator-streams.js';
import type { OperatorApiDeps } from '../../../src/shell/http/operator/ports.js';
import { registerReadSide } from '../../../src/shell/http/read/read-side.js';
import { registerWriteSide } from '../../../src/shell/http/write/write-side.js';
import type { Harness } from '../../support/harness.js';
import type { Json } from './captured-cluster.js';

export const START_MS = 1_795_175_490_000;

export interface ReadFront {
  readonly front: Front;
  readonly time: ManualTime;
  readonly operators: OperatorStreams;
  readonly metrics: MetricsRegistry;
  readonly get: (path: string) => Promise<InjectedAnswer>;
  readonly getJson: (path: string) => Promise<Json>;
  /** A call of the operator API in JSON. */
  readonly call: (call: Json, headers?: Record<string, string>) => Promise<InjectedAnswer>;
  readonly callJson: (call: Json) => Promise<Json>;
  /** A call and its answer in protobuf. */
  readonly callProtobuf: (call: master.Call) => Promise<master.Response>;
}

export function readFront(
  world: Harness,
  options: Partial<OperatorApiDeps> & { subscribersMax?: number } = {},
): ReadFront {
  const { subscribersMax = 10, ...overrides } = options;
  const time = new ManualTime(world.nowMs);
  const operators = new OperatorStreams({ subscribersMax, timers: time, logger: silentLogger });
  const front = createFront({ processId: 'master' });
  const metrics = new MetricsRegistry({ time });
  const deps: OperatorApiDeps = {
    machine: world.machine,
    clock: time,
    startTimeMs: START_MS,
    electedTimeMs: () => START_MS,
    leader: () => world.machine.config.info,
    flags: () => ({ cluster: 'real', hostname: '127.0.0.1' }),
    metrics,
    files: new FilesService(),
    log: { toggle: { verbosity: 0, set: () => undefined } },
    operators,
    runtime: {
      ask: (make) => {
        const request = world.request();
        world.send(make(request));
        return Promise.resolve(world.answers.get(request) ?? { status: 500 });
      },
    },
    ...overrides,
  };
  registerReadSide(front, deps);
  registerWriteSide(front, deps);
  registerOperatorApi(front, deps);
  const call = (body: Json, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
    front.inject({ method: 'POST', path: '/api/v1', headers, body: JSON.stringify(body) });
  return {
    front,
    time,
    operators,
    metrics,
    get: (path) => front.inject({ path }),
    getJson: async (path) => jsonOf(await front.inject({ path })),
    call,
    callJson: async (body) => jsonOf(await call(body)),
    callProtobuf: async (message) => {
      const headers = { 'content-type': PROTOBUF_TYPE, accept: PROTOBUF_TYPE };
      const body = Buffer.from(encodeProtobuf('mesos.v1.master.Call', message));
      const answer = await front.inject({ method: 'POST', path: '/api/v1', headers, body });
      return decodeProtobuf('mesos.v1.master.Response', answer.body);
    },
  };
}

export function jsonOf(answer: InjectedAnswer): Json {
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.body.toString()}`);
  return JSON.parse(answer.body.toString());
}
