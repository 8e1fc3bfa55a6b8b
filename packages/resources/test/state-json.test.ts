// Goal: /state prints resources as a real Mesos does. Method: objects recorded from one, and the rest by rule.
import { expect, test } from 'vitest';
import { Resources, resourcesToStateJson } from '@mini-mesos/resources';
import { disk, dynamicTo, from, res, scalar } from './support/build.js';

test.each<[string, Resources, Record<string, number | string>]>([
  [
    'an agent',
    res('cpus:4;mem:4096;disk:8192;ports:[31000-32000]'),
    { disk: 8192, mem: 4096, gpus: 0, cpus: 4, ports: '[31000-32000]' },
  ],
  ['a task', res('cpus:0.1;mem:32'), { disk: 0, mem: 32, gpus: 0, cpus: 0.1 }],
  ['nothing', Resources.EMPTY, { disk: 0, mem: 0, gpus: 0, cpus: 0 }],
  [
    'sums over reservations and allocations',
    Resources.sum([
      res('cpus:0.1;ports:[31000-31001];zones:{b}').allocate('a'),
      res('cpus(x):0.2;ports(x):[31002-31002, 33000-33001];zones(x):{a}').allocate('b'),
      res('cpus:3').pushReservation(dynamicTo('dev')),
    ]),
    { disk: 0, mem: 0, gpus: 0, cpus: 3.3, ports: '[31000-31002, 33000-33001]', zones: '{a, b}' },
  ],
  [
    'revocable apart',
    from(scalar('cpus', 1, { revocable: {} }), scalar('cpus', 2), scalar('slots', 3, { revocable: {} })),
    { disk: 0, mem: 0, gpus: 0, cpus: 2, cpus_revocable: 1, slots_revocable: 3 },
  ],
  [
    'a shared volume once',
    from(...[1, 2].map(() => disk(64, { role: 'a', id: 'v', containerPath: 'p', shared: true }))),
    { disk: 64, mem: 0, gpus: 0, cpus: 0 },
  ],
])('%s', (_what, resources, json) => {
  expect(resourcesToStateJson(resources)).toEqual(json);
});
