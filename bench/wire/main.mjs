// How fast messages become bytes and bytes messages, in protobuf and in Mesos' JSON, against what JSON.stringify and
// JSON.parse do with the same plain objects in the same run.
//   npm run bench -- wire [--json] [--seed=1]
import {
  encodeRecord,
  decodeProtobuf,
  encodeProtobuf,
  fromJson,
  parseJsonText,
  RecordDecoder,
  toJsonText,
} from '@mini-mesos/wire';
import { printHeader, rates, report, seed } from '../lib/report.mjs';

printHeader('wire: encode and decode rates');

const id = (kind, n) => ({ value: `00000000-0000-4000-8000-${seed.padStart(12, '0')}-${kind}${n}` });
const scalar = (name, value) => ({ name, type: 'SCALAR', scalar: { value }, allocation_info: { role: 'dev' } });

const offer = (n) => ({
  id: id('O', n),
  framework_id: id('', '0000'),
  agent_id: id('S', n),
  hostname: `agent-${n}.example`,
  url: { scheme: 'http', address: { hostname: `agent-${n}.example`, ip: '10.0.0.7', port: 5051 }, path: '/slave(1)' },
  resources: [
    scalar('cpus', 3.9),
    scalar('mem', 4064),
    scalar('disk', 8192),
    {
      name: 'ports',
      type: 'RANGES',
      ranges: { range: [{ begin: 31000, end: 32000 }] },
      allocation_info: { role: 'dev' },
    },
  ],
  attributes: [{ name: 'os', type: 'TEXT', text: { value: 'centos7' } }],
  allocation_info: { role: 'dev' },
});

const status = {
  task_id: { value: 'task-1' },
  state: 'TASK_RUNNING',
  source: 'SOURCE_EXECUTOR',
  agent_id: id('S', 1),
  executor_id: { value: 'task-1' },
  timestamp: 1795175504.631198,
  uuid: Uint8Array.from({ length: 16 }, (_, i) => i * 7),
  container_status: { container_id: { value: 'c' }, executor_pid: 8356 },
};

const task = (n) => ({
  name: `task-${n}`,
  task_id: { value: `task-${n}` },
  agent_id: id('S', 1),
  resources: [scalar('cpus', 0.1), scalar('mem', 32)],
  command: { value: 'echo hello' },
});

const MESSAGES = [
  {
    name: 'offers',
    type: 'mesos.v1.scheduler.Event',
    message: { type: 'OFFERS', offers: { offers: Array.from({ length: 10 }, (_, n) => offer(n)) } },
  },
  { name: 'update', type: 'mesos.v1.scheduler.Event', message: { type: 'UPDATE', update: { status } } },
  {
    name: 'accept',
    type: 'mesos.v1.scheduler.Call',
    message: {
      framework_id: id('', '0000'),
      type: 'ACCEPT',
      accept: {
        offer_ids: [id('O', 1)],
        operations: [{ type: 'LAUNCH', launch: { task_infos: Array.from({ length: 5 }, (_, n) => task(n)) } }],
      },
    },
  },
];

for (const { name, type, message } of MESSAGES) {
  const bytes = encodeProtobuf(type, message);
  const text = toJsonText(type, message);
  const stringify = { name: 'JSON.stringify of the object', samples: rates(() => JSON.stringify(message)) };
  const parse = { name: 'JSON.parse of the text', samples: rates(() => JSON.parse(text)) };
  const row = (what, size, run, reference) =>
    report({
      name: `wire/${name}/${what}`,
      parameters: { bytes: size },
      samples: rates(run),
      unit: 'messages/s',
      reference,
    });
  row('encode-protobuf', bytes.length, () => encodeProtobuf(type, message), stringify);
  row('decode-protobuf', bytes.length, () => decodeProtobuf(type, bytes), parse);
  row('encode-json', text.length, () => toJsonText(type, message), stringify);
  row('decode-json', text.length, () => fromJson(type, parseJsonText(text)), parse);
}

const record = encodeRecord(encodeProtobuf('mesos.v1.scheduler.Event', MESSAGES[1].message));
const many = Buffer.concat(Array.from({ length: 100 }, () => record));
const copy = { name: 'copying the bytes', samples: rates(() => Buffer.from(many)) };
report({
  name: 'wire/recordio/decode-100',
  parameters: { bytes: many.length },
  samples: rates(() => new RecordDecoder().push(many)),
  unit: 'batches/s',
  reference: copy,
});
