// The v1 APIs over HTTP: one long POST for the events, one short POST per call.
import type { MessageName, MessageTypes } from '@mini-mesos/proto';
import { connectionPool, JSON_TYPE, openStream, post, PROTOBUF_TYPE } from '@mini-mesos/wire';
import type { MediaType } from '@mini-mesos/wire';
import type { Transport } from '../ports.js';

export interface HttpTransportOptions<C extends MessageName, E extends MessageName> {
  path: '/api/v1/scheduler' | '/api/v1/executor';
  callName: C;
  eventName: E;
  mediaType: 'json' | 'protobuf';
  /** Sent with every request: authorization. */
  headers: { [name: string]: string };
}

/** Characters of an answer that are kept for error texts. */
const REFUSAL_TEXT_MAX = 2_000;

export function httpTransport<C extends MessageName, E extends MessageName>(
  options: HttpTransportOptions<C, E>,
): Transport<MessageTypes[C], MessageTypes[E]> {
  const pool = connectionPool();
  const mediaType: MediaType = options.mediaType === 'json' ? JSON_TYPE : PROTOBUF_TYPE;
  const request = (address: string, message: MessageTypes[C], signal: AbortSignal) => ({
    url: `http://${address}${options.path}`,
    name: options.callName,
    message,
    mediaType,
    signal,
    dispatcher: pool,
  });
  return {
    async subscribe(address, call, signal) {
      const opened = await openStream(options.eventName, {
        ...request(address, call, signal),
        headers: options.headers,
      });
      if (opened.ok) {
        const { stream } = opened;
        return { ok: true, streamId: stream.headers['mesos-stream-id'], events: stream, close: () => stream.close() };
      }
      const { status, headers, body } = opened.answer;
      return { ok: false, status, text: textOf(body), location: headers['location'] };
    },
    async call(address, call, { streamId, signal }) {
      const headers = { ...options.headers, ...(streamId === undefined ? {} : { 'mesos-stream-id': streamId }) };
      const { status, body } = await post({ ...request(address, call, signal), headers });
      return { status, text: textOf(body) };
    },
    close: () => void pool.destroy(),
  };
}

const textOf = (body: Buffer): string => body.subarray(0, REFUSAL_TEXT_MAX).toString().trim();
