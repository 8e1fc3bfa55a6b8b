// The one place that loads the descriptor of all messages. 64-bit integers become plain numbers, which are exact to
// 2^53: nothing in the API counts further, except times in nanoseconds, which lose less than a microsecond.
import { descriptor } from '@mini-mesos/proto';
import type { MessageName } from '@mini-mesos/proto';
import protobuf from 'protobufjs';

// Without a Long class protobufjs reads and writes int64 as numbers. It has to go before the first type is built.
(protobuf.util as { Long: unknown }).Long = undefined;
protobuf.configure();

const root = protobuf.Root.fromJSON(descriptor);
root.resolveAll();

const types = new Map<MessageName, protobuf.Type>();

/** The protobufjs type of a message, built on first use. Throws where the name is unknown. */
export function typeOf(name: MessageName): protobuf.Type {
  let type = types.get(name);
  if (!type) {
    type = root.lookupType(name);
    types.set(name, type);
  }
  return type;
}

/** How Mesos names a message in its error texts: the last part of the full name. */
export function shortName(name: MessageName): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
