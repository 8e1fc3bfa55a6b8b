// What a scheduler can be told, and what takes the place of what it is not told.
import { detectorFor } from '@mini-mesos/election';
import type { LeaderDetector } from '@mini-mesos/election';
import type { scheduler } from '@mini-mesos/proto';
import type { Call } from '../core/calls.js';
import type { FrameworkOptions } from '../core/framework-info.js';
import { SdkError } from '../errors.js';
import type { Clock, Random, SdkLogger, Transport } from '../ports.js';
import { httpTransport } from './http-transport.js';
import type { AcknowledgementMode } from './scheduler-inbox.js';

export interface SchedulerOptions {
  /** `host:port`, `file:///path` or `zk://…/path`. Needed unless `detector` is given. */
  master?: string | undefined;
  /** FrameworkInfo. `id` makes this a failover of the framework that has it. */
  framework: FrameworkOptions;
  /** Roles that want no offers at first. */
  suppressedRoles?: string[] | undefined;
  offerConstraints?: scheduler.OfferConstraints | undefined;
  /** What travels: protobuf unless 'json' is given, which is slower and can be read on the wire. */
  mediaType?: 'json' | 'protobuf' | undefined;
  /** 'automatic' (the default) acknowledges an update when its handling is done; 'explicit' leaves it to the user. */
  acknowledgements?: AcknowledgementMode | undefined;
  /** Sent as HTTP basic authentication. */
  credentials?: { principal: string; secret: string } | undefined;
  /** Taken over: closed when the scheduler stops. */
  detector?: LeaderDetector | undefined;
  /** Taken over as well. HTTP unless given. */
  transport?: Transport<Call, scheduler.Event> | undefined;
  clock?: Clock | undefined;
  random?: Random | undefined;
  /** A pino logger will do; nothing is logged unless given. */
  logger?: SdkLogger | undefined;
}

export function defaultTransport(options: SchedulerOptions): Transport<Call, scheduler.Event> {
  const { credentials, mediaType = 'protobuf' } = options;
  const basic = credentials && Buffer.from(`${credentials.principal}:${credentials.secret}`).toString('base64');
  return httpTransport({
    path: '/api/v1/scheduler',
    callName: 'mesos.v1.scheduler.Call',
    eventName: 'mesos.v1.scheduler.Event',
    mediaType,
    headers: basic === undefined ? {} : { authorization: `Basic ${basic}` },
  });
}

export function detectorOf({ detector, master }: SchedulerOptions): LeaderDetector {
  if (detector) return detector;
  if (master === undefined) throw new SdkError('MM_SDK_BAD_OPTIONS', 'neither master nor detector is given');
  return detectorFor(master);
}
