// Messages between JSON and protobuf, for a shell: node protobuf.mjs encode|decode MESSAGE <in >out
import { decodeProtobuf, encodeProtobuf, fromJson, parseJsonText, toJsonText } from '@mini-mesos/wire';

const [direction, name] = process.argv.slice(2);
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const input = Buffer.concat(chunks);
process.stdout.write(
  direction === 'encode'
    ? encodeProtobuf(name, fromJson(name, parseJsonText(input.toString())))
    : toJsonText(name, decodeProtobuf(name, input)),
);
