// Goal: every way to name a master is read as Mesos reads it, and what cannot be read says why. Method: tables.
import { expect, test } from 'vitest';
import { leadingChild, leaderOf, parseMaster, withoutPassword } from '@mini-mesos/election';

test.each([
  ['10.0.0.1:5051', '10.0.0.1:5051'],
  ['master.example', 'master.example:5050'],
  ['http://10.0.0.1:5050/', '10.0.0.1:5050'],
  ['[::1]:6000', '[::1]:6000'],
  ['[fe80::1]', '[fe80::1]:5050'],
  [' localhost ', 'localhost:5050'],
])('%s is the address %s', (master, address) => {
  expect(parseMaster(master)).toEqual({ ok: true, value: { kind: 'address', address } });
});

test.each([
  [
    'zk://a:1,b/mesos',
    {
      servers: [
        { host: 'a', port: 1 },
        { host: 'b', port: 2181 },
      ],
      path: '/mesos',
    },
  ],
  ['zk://u:p@x@h:1/a/b/', { servers: [{ host: 'h', port: 1 }], path: '/a/b', credentials: 'u:p@x' }],
  ['zk://[::1]:2/m', { servers: [{ host: '::1', port: 2 }], path: '/m' }],
])('%s is an ensemble', (master, zookeeper) => {
  expect(parseMaster(master)).toEqual({ ok: true, value: { kind: 'zookeeper', zookeeper } });
});

test.each([
  ['', 'empty'],
  ['::1', 'in brackets'],
  ['host:0', 'between 1 and 65535'],
  ['host:99999', 'between 1 and 65535'],
  ['a b', 'cannot read'],
  ['https://h:1', 'unknown scheme'],
  ['file://relative', 'absolute path'],
  ['zk://h:1', 'a path other than /'],
  ['zk://h:1/', 'a path other than /'],
  ['zk://h:1/a//b', 'empty or relative part'],
  ['zk://h:1/a/../b', 'empty or relative part'],
  ['zk://user@h:1/a', 'not user:password'],
  ['zk://h:1,/a', 'cannot read'],
])('%s is refused because: %s', (master, problem) => {
  const parsed = parseMaster(master);
  expect(parsed.ok ? '' : parsed.problem).toContain(problem);
});

test('a password is never printed', () => {
  expect(withoutPassword('zk://u:se@cret@h:1/m')).toBe('zk://u:***@h:1/m');
  expect(withoutPassword('zk://h:1/m')).toBe('zk://h:1/m');
});

test('the smallest sequence of label json.info leads, by number', () => {
  const others = ['log_replicas', 'info_0000000000', 'json.info_1', 'json.info_000000000x'];
  expect(leadingChild([...others, 'json.info_0000000010', 'json.info_0000000009'])).toBe('json.info_0000000009');
  expect(leadingChild(others)).toBeUndefined();
});

test('a leader is found at its ip, then hostname, then pid', () => {
  const info = { id: 'm', ip: 16777343, port: 5050, hostname: 'h', pid: 'master@10.0.0.9:7000' };
  expect(leaderOf({ ...info, address: { hostname: 'n', ip: '10.0.0.1', port: 1 } }).address).toBe('10.0.0.1:1');
  expect(leaderOf({ ...info, address: { ip: '::1', port: 1 } }).address).toBe('[::1]:1');
  expect(leaderOf({ ...info, address: { hostname: 'n', port: 1 } }).address).toBe('n:1');
  expect(leaderOf(info).address).toBe('h:5050');
  expect(leaderOf({ ...info, hostname: undefined }).address).toBe('10.0.0.9:7000');
});
