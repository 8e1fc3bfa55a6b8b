// The benchmark workloads of Apache Mesos (src/tests/hierarchical_allocator_tests.cpp, hierarchical_allocator_benchmarks.cpp
// and sorter_tests.cpp), with the same parameters and the same phases timed. Each is a generator of nothing: it fills
// `phases`, a map from the name of a phase to its samples in milliseconds.
import { randomBytes } from 'node:crypto';
import { Resources } from '@mini-mesos/resources';
import {
  addAgent,
  addFramework,
  amounts,
  bounds,
  describeAgent,
  portFragments,
  recover,
  resources,
  revocable,
} from './build.mjs';
import { timed } from './clock.mjs';

const FOREVER_SECONDS = 2 ** 31 - 1;

/** An allocator on a clock of its own, and the samples of its phases. */
class Run {
  nowMs = 0;
  phases = new Map();
  offers = [];

  constructor(allocator) {
    this.allocator = allocator;
  }

  time(phase, run) {
    if (!this.phases.has(phase)) this.phases.set(phase, []);
    return timed(this.phases.get(phase), run);
  }

  give(command) {
    this.allocator.handle(command, this.nowMs);
  }

  settle() {
    if (this.allocator.isRunRequested) this.offers.push(...this.allocator.allocate(this.nowMs));
  }

  cycle() {
    this.nowMs += 1000;
    this.allocator.tick(this.nowMs);
    const made = this.allocator.allocate(this.nowMs);
    this.offers.push(...made);
    return made;
  }

  /** All offers come back. */
  returnAll(refuseSeconds) {
    for (const offer of this.offers) this.give(recover(offer, refuseSeconds));
    this.offers = [];
  }

  addFrameworks(count, roleOf, capabilities) {
    this.time('add frameworks', () => {
      for (let i = 0; i < count; i += 1) this.give(addFramework(`framework${i}`, roleOf(i), capabilities));
      this.settle();
    });
  }

  addAgents(count, totalOf, usedOf = () => undefined) {
    const commands = Array.from({ length: count }, (_, i) => addAgent(`agent${i}`, totalOf(i), usedOf(i)));
    this.time('add agents', () => {
      for (const command of commands) this.give(command);
      this.settle();
    });
  }
}

const holder = (frameworks, role, used) => (i) => new Map([[`framework${i % frameworks}`, used.allocate(role)]]);

const BIG = resources('cpus:24;mem:4096;disk:4096;ports:[31000-32000]');

export const workloads = {
  DeclineOffers(allocator, { agents, frameworks, rounds }) {
    const run = new Run(allocator);
    run.addFrameworks(frameworks, () => '*');
    const used = resources(`cpus:16;mem:2014;disk:1024;${portFragments(16)}`);
    run.addAgents(agents, () => BIG, holder(frameworks, '*', used));
    for (let round = 0; round < rounds; round += 1) {
      run.returnAll(FOREVER_SECONDS);
      const made = run.time(round === 0 ? 'round 0' : 'rounds 1..', () => run.cycle());
      if (made.length === 0) break;
    }
    return run.phases;
  },

  /** Until every framework has refused every agent, and some rounds more. */
  DeclineOffersFull(allocator, { agents, frameworks }) {
    const run = new Run(allocator);
    run.addFrameworks(frameworks, () => '*');
    const used = resources(`cpus:16;mem:2014;disk:1024;${portFragments(16)}`);
    run.addAgents(agents, () => BIG, holder(frameworks, '*', used));
    for (let round = 0; round < 2 * frameworks; round += 1) {
      const phase = run.offers.length > 0 ? 'rounds 1..' : 'everything filtered';
      run.returnAll(FOREVER_SECONDS);
      run.time(phase, () => run.cycle());
    }
    return run.phases;
  },

  SuppressOffers(allocator, { agents, frameworks }) {
    const run = new Run(allocator);
    run.addFrameworks(frameworks, () => '*');
    const used = resources(`cpus:16;mem:1024;disk:1024;${portFragments(16)}`);
    run.addAgents(agents, () => BIG, holder(frameworks, '*', used));
    for (let fifth = 1; fifth <= 5; fifth += 1) {
      run.returnAll();
      for (let i = Math.floor(((fifth - 1) * frameworks) / 5); i < Math.floor((fifth * frameworks) / 5); i += 1) {
        run.give({ type: 'suppress', frameworkId: `framework${i}`, roles: [] });
      }
      run.time(`${fifth * 20} % suppressed`, () => run.cycle());
    }
    return run.phases;
  },

  ExtremeSuppressOffers(allocator, { agents, frameworks, rounds = 5 }) {
    const run = new Run(allocator);
    run.addFrameworks(frameworks, () => '*');
    const used = resources(`cpus:16;mem:1024;disk:1024;${portFragments(16)}`);
    run.addAgents(agents, () => BIG, holder(frameworks, '*', used));
    for (let i = 0; i < Math.floor(frameworks * 0.99); i += 1) {
      run.give({ type: 'suppress', frameworkId: `framework${i}`, roles: [] });
    }
    for (let round = 0; round < rounds; round += 1) {
      run.returnAll();
      run.time('99 % suppressed', () => run.cycle());
    }
    return run.phases;
  },

  AddAndUpdateSlave(allocator, { agents, frameworks }) {
    const run = new Run(allocator);
    run.addFrameworks(frameworks, () => '*', ['REVOCABLE_RESOURCES']);
    const total = resources('cpus:2;mem:1024;disk:4096;ports:[31000-32000]');
    const ports = 'ports:[31126-31510,31512-31623,31810-31852,31854-31964]';
    run.addAgents(agents, () => total, holder(frameworks, '*', resources(`cpus:1;mem:128;disk:1024;${ports}`)));
    const more = total.plus(revocable('cpus:10'));
    run.time('update agents', () => {
      for (let i = 0; i < agents; i += 1) {
        run.give({ type: 'update-agent', agentId: `agent${i}`, agent: describeAgent(`agent${i}`), total: more });
      }
      run.settle();
    });
    return run.phases;
  },

  AllocatorBacklog(allocator, { agents, frameworks }) {
    const run = new Run(allocator);
    run.addFrameworks(frameworks, () => '*');
    run.addAgents(agents, () => BIG);
    // Calls that come together share a cycle, in a master as in the C++ allocator, which runs one to a few meanwhile.
    const revive = (i) => run.give({ type: 'revive', frameworkId: `framework${i}`, roles: [] });
    run.time('revive all', () => {
      for (let i = 0; i < frameworks; i += 1) revive(i);
      run.settle();
    });
    run.time('revive all, a cycle after each', () => {
      for (let i = 0; i < frameworks; i += 1) {
        revive(i);
        run.settle();
      }
    });
    return run.phases;
  },

  ResourceLabels(allocator, { agents, frameworks, rounds }) {
    const run = new Run(allocator);
    run.addFrameworks(frameworks, () => 'role1');
    const plain = resources(`mem:2014;disk:1024;${portFragments(16)}`);
    const common = Array.from({ length: 11 }, (_, i) => ({ key: `key${i}`, value: `value${i}` }));
    const reserve = (labels) =>
      resources('cpus:8').pushReservation({
        type: 'DYNAMIC',
        role: 'role1',
        principal: 'principal1',
        labels: { labels },
      });
    const second = reserve(common);
    run.addAgents(
      agents,
      () => BIG,
      (i) => {
        const unique = [
          { key: 'unique_key_1', value: `value_${i}` },
          { key: 'unique_key_2', value: `value_${i}` },
        ];
        const used = plain.plus(reserve([...common, ...unique])).plus(second);
        return holder(frameworks, 'role1', used)(i);
      },
    );
    for (let round = 0; round < rounds; round += 1) {
      run.returnAll(FOREVER_SECONDS);
      run.time(round === 0 ? 'round 0' : 'rounds 1..', () => run.cycle());
    }
    return run.phases;
  },

  PersistentVolumes(allocator, { agents, frameworks, volumes }) {
    const run = new Run(allocator);
    run.addFrameworks(frameworks, () => 'test', volumes === 'regular' ? [] : ['SHARED_RESOURCES']);
    const plain = resources('cpus(test):24;mem(test):4096;disk(test):3072;ports(test):[31000-32000]');
    const total = (i) => {
      const isShared = volumes === 'shared' || (volumes === 'mixed' && i % 2 === 0);
      const volume = {
        name: 'disk',
        type: 'SCALAR',
        scalar: { value: 1024 },
        reservations: [{ type: 'STATIC', role: 'test' }],
        disk: { persistence: { id: String(i) }, volume: { container_path: 'data', mode: 'RW' } },
        ...(isShared ? { shared: {} } : {}),
      };
      return plain.plus(Resources.fromProto([volume]));
    };
    const ports = portFragments(16).replace('ports', 'ports(test)');
    const used = resources(`cpus(test):16;mem(test):1024;disk(test):1024;${ports}`);
    run.addAgents(agents, total, holder(frameworks, 'test', used));
    for (let round = 0; round < 6; round += 1) {
      run.returnAll();
      run.time(round === 0 ? 'round 0' : 'rounds 1..', () => run.cycle());
    }
    return run.phases;
  },

  Metrics(allocator, { agents, frameworks }) {
    const run = new Run(allocator);
    run.time('set quotas', () => {
      for (let i = 0; i < frameworks; i += 1) {
        const size = { cpus: 1, mem: 512, disk: 256 };
        run.give({ type: 'update-quota', role: `role${i}`, guarantees: amounts(size), limits: bounds(size) });
      }
    });
    run.addFrameworks(frameworks, (i) => `role${i}`);
    const total = resources('cpus:16;mem:2048;disk:1024');
    run.addAgents(agents, () => total);
    run.time('views of all roles', () => [
      allocator.roles,
      allocator.activeFilters,
      allocator.total,
      allocator.offeredOrAllocated,
    ]);
    return run.phases;
  },

  UpdateAllocation(allocator, { roles }) {
    const run = new Run(allocator);
    const letters = () => randomBytes(18).toString('hex');
    const owners = Array.from({ length: roles }, (_, i) => ({
      frameworkId: `framework${i}`,
      role: `role-${letters()}`,
    }));
    for (const { frameworkId, role } of owners) run.give(addFramework(frameworkId, role));
    const plain = resources('cpus:100;mem:100;disk:100;ports:[2-2]');
    const reserved = owners.map(({ role }) =>
      plain.pushReservation({ type: 'DYNAMIC', role, labels: { labels: [{ key: 'Label', value: letters() }] } }),
    );
    const used = new Map(owners.map(({ frameworkId, role }, i) => [frameworkId, reserved[i].allocate(role)]));
    run.give(addAgent('agent', Resources.sum(reserved), used));
    const { frameworkId, role } = owners[0];
    const both = { held: reserved[0].allocate(role), free: plain.allocate(role) };
    for (let i = 0; i < 20; i += 1) {
      const change = (consumed, converted) =>
        run.give({ type: 'update-allocation', frameworkId, agentId: 'agent', consumed, converted });
      run.time('unreserve', () => change(both.held, both.free));
      run.time('reserve', () => change(both.free, both.held));
    }
    return run.phases;
  },

  MultiFrameworkAllocations(allocator, { rounds = 80 }) {
    const run = new Run(allocator);
    const kinds = [
      {
        name: 'Marathon',
        count: 4,
        tasks: 4000,
        perOffer: 100,
        task: resources('cpus:0.07;mem:400'),
        role: (i) => `marathon${i}`,
      },
      { name: 'Jenkins', count: 500, tasks: 5, perOffer: 1, task: resources('cpus:0.1;mem:4000'), role: () => 'roleB' },
      {
        name: 'Spark',
        count: 50,
        tasks: 20,
        perOffer: 5,
        task: resources('cpus:1;mem:1000'),
        role: (i) => `spark${i}`,
      },
    ];
    const left = new Map();
    for (const kind of kinds) {
      for (let i = 0; i < kind.count; i += 1) {
        left.set(`${kind.name}${i}`, { ...kind, left: kind.tasks });
        run.give(addFramework(`${kind.name}${i}`, kind.role(i)));
      }
    }
    const total = resources('cpus:64;mem:488000');
    for (let i = 0; i < 80; i += 1) run.give(addAgent(`agent${i}`, total));
    for (let round = 0; round < rounds; round += 1) {
      run.time('round', () => run.cycle());
      for (const offer of run.offers) {
        const framework = left.get(offer.frameworkId);
        let rest = offer.resources;
        const task = framework.task.allocate(offer.role);
        for (let i = 0; i < framework.perOffer && framework.left > 0 && rest.contains(task); i += 1) {
          rest = rest.minus(task);
          framework.left -= 1;
        }
        if (!rest.isEmpty) run.give(recover({ ...offer, resources: rest }));
      }
      run.offers = [];
    }
    return run.phases;
  },

  /** Small and large quota roles that together want all there is. */
  LargeAndSmallQuota(allocator, { small, large }) {
    const run = new Run(allocator);
    const agents = small / 5 + 5 * large;
    const total = resources('cpus:2;mem:2048;disk:2048');
    // The frameworks are added while the allocator is paused: no cycle runs before they and their quota are all there.
    const commands = Array.from({ length: agents }, (_, i) => addAgent(`agent${i}`, total));
    run.time('add agents', () => {
      for (const command of commands) run.give(command);
      run.allocator.allocate(0);
    });
    run.time('add frameworks', () => {
      for (let i = 0; i < small + large; i += 1) run.give(addFramework(`framework${i}`, `role${i}`));
    });
    for (let i = 0; i < small + large; i += 1) {
      const size = i < small ? { cpus: 1, mem: 1024, disk: 1024 } : { cpus: 4, mem: 4096, disk: 4096 };
      run.give({ type: 'update-quota', role: `role${i}`, guarantees: amounts(size), limits: bounds(size) });
    }
    run.time('cycle 1', () => run.cycle());
    run.time('cycle 2, nothing to offer', () => run.cycle());
    return run.phases;
  },

  NonQuotaVsQuota(allocator, { roles, quota }) {
    const run = new Run(allocator);
    const total = resources('cpus:2;mem:2048;disk:2048');
    const commands = Array.from({ length: 2 * roles }, (_, i) => addAgent(`agent${i}`, total));
    run.time('add agents', () => {
      for (const command of commands) run.give(command);
      run.allocator.allocate(0);
    });
    run.time('add frameworks', () => {
      for (let i = 0; i < 2 * roles; i += 1) run.give(addFramework(`framework${i}`, `role${i >> 1}`));
    });
    for (let i = 0; i < (quota ? roles : 0); i += 1) {
      const size = { cpus: 4, mem: 4096, disk: 4096 };
      run.give({ type: 'update-quota', role: `role${i}`, guarantees: amounts(size), limits: bounds(size) });
    }
    run.time('cycle 1', () => run.cycle());
    run.time('cycle 2, nothing to offer', () => run.cycle());
    return run.phases;
  },
};
