// Mesos v1 messages on the wire.
export { connectionPool, openStream, post } from './client.js';
export type { Answer, EventStream, Opened, PostOptions } from './client.js';
export { agentId, asUuid, containerId, executorId, frameworkId, invalidId, offerId, taskId, uuidText } from './ids.js';
export type { AgentId, ContainerId, ExecutorId, FrameworkId, OfferId, TaskId } from './ids.js';
export { fromJson, parseJsonText } from './json-read.js';
export { toJsonText, toJsonValue } from './json-write.js';
export {
  accepts,
  decodeBody,
  encodeBody,
  JSON_TYPE,
  mediaTypeOf,
  negotiate,
  PROTOBUF_TYPE,
  RECORDIO_TYPE,
} from './media.js';
export type { MediaType } from './media.js';
export { DecodeError, decodeProtobuf, encodeProtobuf } from './protobuf.js';
export { encodeRecord, RecordDecoder, RecordError } from './recordio.js';
export type { RecordDecoderOptions } from './recordio.js';
export { withoutSecrets } from './secrets.js';
export { isTerminal } from './task-states.js';
