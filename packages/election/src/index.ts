// Who leads: detectors for host:port, files and ZooKeeper.
export { detectorFor, resolveLeader } from './detector.js';
export type { DetectorOptions } from './detector.js';
export { ELECTION_ERRORS, ElectionError } from './errors.js';
export type { ElectionErrorCode } from './errors.js';
export { leaderOf, readLeader, sameLeader } from './leader.js';
export type { Leader, LeaderDetector, MasterInfo } from './leader.js';
export { hostPort, parseMaster, withoutPassword } from './master-address.js';
export type { MasterAddress, Parsed, ZookeeperAddress, ZookeeperServer } from './master-address.js';
export { ZookeeperContender } from './zookeeper/contender.js';
export type { ContenderOptions, Leadership } from './zookeeper/contender.js';
export { leadingChild, MASTER_LABEL } from './zookeeper/election-nodes.js';
export { ZookeeperSession } from './zookeeper/session.js';
export type { Refused, SessionOptions, SessionState, Step } from './zookeeper/session.js';
