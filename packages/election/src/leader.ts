// What is known about a leading master, and how it is read from the JSON that masters put into ZooKeeper.
import { fromJson, parseJsonText } from '@mini-mesos/wire';
import { hostPort } from './master-address.js';

/** The v1 message by which a master introduces itself. */
export type MasterInfo = ReturnType<typeof fromJson<'mesos.v1.MasterInfo'>>;

export interface Leader {
  /** `host:port` of its HTTP API, with an IPv6 host in brackets. */
  readonly address: string;
  /** Known where the detector met the master's own words: with ZooKeeper. */
  readonly info?: MasterInfo;
}

/**
 * Who leads, as it changes. Every iteration starts with what is known, as soon as something is; `undefined` means that
 * nobody leads, or that nobody knows. Only changes are told, and a slow reader gets the newest only. Ends after `close`;
 * throws ElectionError where detection cannot go on.
 */
export interface LeaderDetector extends AsyncIterable<Leader | undefined> {
  /** Why the last look failed; undefined where it did not. The detector goes on trying. */
  readonly problem: string | undefined;
  close(): Promise<void>;
}

/** Whether two findings are the same master process at the same address. */
export function sameLeader(one: Leader | undefined, other: Leader | undefined): boolean {
  return one?.address === other?.address && one?.info?.id === other?.info?.id;
}

/** Where a master listens: the ip of its address where there is one, because a hostname may not resolve here. */
export function leaderOf(info: MasterInfo): Leader {
  const host = info.address?.ip ?? info.address?.hostname ?? info.hostname;
  if (host !== undefined && host !== '') {
    return { address: hostPort(host, info.address?.port ?? info.port), info };
  }
  const [, pidAddress] = /^[^@]*@(.+)$/.exec(info.pid ?? '') ?? [];
  return { address: pidAddress ?? hostPort('127.0.0.1', info.port), info };
}

/** The leader in the data of an election node. Throws DecodeError where it is no JSON form of MasterInfo. */
export function readLeader(data: Uint8Array): Leader {
  return leaderOf(fromJson('mesos.v1.MasterInfo', parseJsonText(new TextDecoder().decode(data))));
}
