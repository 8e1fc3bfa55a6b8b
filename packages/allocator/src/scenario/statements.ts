// What a line of a scenario can say: how it is written, and what it does. The README's table is made of the same usages.
import type { AgentInfo, FrameworkInfo, Resource, scheduler } from '@mini-mesos/proto';
import { Resources } from '@mini-mesos/resources';
import { validateOfferConstraints } from '../constraints/offer-constraints.js';
import type { SorterKind } from '../sorter/sorter.js';
import { compact } from './stage.js';
import type { Stage } from './stage.js';
import type { Line } from './words.js';

interface Statement {
  readonly usage: string;
  readonly run: (stage: Stage, line: Line) => void;
}

const AGENT_CAPABILITIES: readonly AgentInfo.Capability.Type[] = [
  'MULTI_ROLE',
  'HIERARCHICAL_ROLE',
  'RESERVATION_REFINEMENT',
];

/** Those that make a difference to offers. */
const FRAMEWORK_CAPABILITIES: readonly FrameworkInfo.Capability.Type[] = [
  'GPU_RESOURCES',
  'REVOCABLE_RESOURCES',
  'SHARED_RESOURCES',
  'RESERVATION_REFINEMENT',
  'REGION_AWARE',
  'MULTI_ROLE',
];

/** Mesos refuses for so long where a framework says nothing. */
const REFUSE_MS_DEFAULT = 5_000;

/** `framework role agent`, each checked by the allocator. */
const holderOf = (line: Line): string => `${line.word('a framework')} ${line.role()} ${line.word('an agent')}`;

function offerOf(stage: Stage, line: Line): { key: string; offered: Resources } {
  const key = holderOf(line);
  const offered = stage.offer(key);
  return offered === undefined
    ? line.fail(`no offer of the kind is out: ${key}`)
    : { key, offered: offered.unallocate() };
}

const refuseSecondsOf = (line: Line): number => {
  const text = line.option('refuse');
  return (text === undefined ? REFUSE_MS_DEFAULT : line.durationMs(text)) / 1_000;
};

function setOption({ options }: Stage, line: Line): void {
  if (options === undefined) line.fail('options come before everything else');
  const name = line.word('an option');
  const value = line.rest();
  const set: Record<string, () => void> = {
    interval: () => (options.allocationIntervalMs = line.durationMs(value)),
    seed: () => (options.seed = line.numberOf(value, 'the seed')),
    allocator: () => (options.kind = oneOf<'fast' | 'reference'>(line, value, ['fast', 'reference'])),
    'role-sorter': () => (options.roleSorter = oneOf<SorterKind>(line, value, ['drf', 'random', 'hdrf'])),
    'framework-sorter': () => (options.frameworkSorter = oneOf<'drf' | 'random'>(line, value, ['drf', 'random'])),
    exclude: () => (options.fairShareExcluded = line.list(value)),
    region: () => (options.region = value),
    minimum: () => (options.minAllocatable = value.split('|').map((part) => line.quantities(part))),
    'nested-limits': () => (options.nestedLimits = true),
    'at-once': () => (options.offerFreedAtOnce = true),
    chop: () => (options.chopSize = line.limits(value)),
  };
  const setter = set[name];
  if (setter === undefined) line.fail(`'${name}' is no option; there are ${Object.keys(set).join(', ')}`);
  setter();
}

function oneOf<T extends string>(line: Line, value: string, values: readonly T[]): T {
  return values.find((each) => each === value) ?? line.fail(`'${value}' is none of ${values.join(', ')}`);
}

function addAgent(stage: Stage, line: Line): void {
  const agentId = line.word('an agent');
  const plain = line.resources();
  const revocable = line.resources(line.option('revocable') ?? '');
  const total = plain.plus(Resources.of(revocable.items.map((item) => ({ ...item, revocable: true }))));
  const used = new Map<string, Resources>();
  const inUse: [string, Resources][] = [];
  for (const text of (line.option('used') ?? '').split('+').filter((part) => part !== '')) {
    const [frameworkId = '', role = '', ...amounts] = text.split('@');
    if (amounts.length !== 1) line.fail(`'${text}' is not FRAMEWORK@ROLE@RESOURCES`);
    const resources = line.resources(amounts[0]).allocate(line.role(role));
    used.set(frameworkId, (used.get(frameworkId) ?? Resources.EMPTY).plus(resources));
    inUse.push([`${frameworkId} ${role} ${agentId}`, resources]);
  }
  const region = line.option('region');
  const agent = {
    hostname: line.option('host') ?? agentId,
    attributes: line.attributes(line.option('attributes')),
    capabilities: line.flag('plain') ? [] : AGENT_CAPABILITIES,
    ...(region === undefined ? {} : { domain: { fault_domain: { region: { name: region }, zone: { name: 'z' } } } }),
  };
  line.end();
  const known = stage.allocator.agent(agentId);
  if (known !== undefined) return stage.handle({ type: 'update-agent', agentId, agent, total });
  for (const [key, resources] of inUse) stage.addUsed(key, resources);
  stage.handle({ type: 'add-agent', agentId, agent, total, used });
}

const PREDICATES: Readonly<Record<string, (value: string) => scheduler.AttributeConstraint.Predicate>> = {
  '=': (value) => ({ text_equals: { value } }),
  '!=': (value) => ({ text_not_equals: { value } }),
  '~': (value) => ({ text_matches: { regex: value } }),
  '!~': (value) => ({ text_not_matches: { regex: value } }),
};

/** `rack~r[12]` and so on; `rack` alone: it exists, `!rack`: it does not. */
function constraintOf(text: string): scheduler.AttributeConstraint {
  const [, name = '', sign = '', value = ''] = /^(!?[^=!~]+)(=|!=|~|!~)?(.*)$/.exec(text) ?? [];
  const selectorOf = (selected: string): scheduler.AttributeConstraint.Selector => {
    const pseudo = (['HOSTNAME', 'REGION', 'ZONE'] as const).find((each) => `@${each.toLowerCase()}` === selected);
    return pseudo === undefined ? { attribute_name: selected } : { pseudoattribute_type: pseudo };
  };
  const predicate = PREDICATES[sign]?.(value);
  if (predicate !== undefined) return { selector: selectorOf(name), predicate };
  if (name.startsWith('!')) return { selector: selectorOf(name.slice(1)), predicate: { not_exists: {} } };
  return { selector: selectorOf(name), predicate: { exists: {} } };
}

function constraintsOf(line: Line, roles: readonly string[]): scheduler.OfferConstraints | undefined {
  const text = line.option('only');
  if (text === undefined) return undefined;
  const groups = text.split('|').map((group) => ({ attribute_constraints: line.list(group).map(constraintOf) }));
  const constraints = { role_constraints: Object.fromEntries(roles.map((role) => [role, { groups }])) };
  const invalid = validateOfferConstraints(constraints, roles);
  return invalid === undefined ? constraints : line.fail(invalid);
}

function addFramework(stage: Stage, line: Line): void {
  const frameworkId = line.word('a framework');
  const roles = line.list(line.word('roles')).map((role) => line.role(role));
  const minimum = line.option('minimum');
  const minima = minimum?.split('|').map((part) => line.quantities(part));
  const capabilities = line.list(line.option('capabilities')).map((name) => oneOf(line, name, FRAMEWORK_CAPABILITIES));
  const isSingleRole = line.flag('single-role');
  const framework = {
    roles,
    capabilities: isSingleRole ? capabilities : (['MULTI_ROLE', ...capabilities] as const),
    suppressedRoles: line.list(line.option('suppressed')),
    minAllocatable: new Map(minima === undefined ? [] : roles.map((role) => [role, minima] as const)),
    offerConstraints: constraintsOf(line, roles),
  };
  const active = !line.flag('inactive');
  line.end();
  const isKnown = stage.allocator.explain({ frameworkId }, 0).verdicts[0]?.reason.kind !== 'unknown-framework';
  if (isKnown) stage.handle({ type: 'update-framework', frameworkId, framework });
  else stage.handle({ type: 'add-framework', frameworkId, framework, used: new Map(), active });
}

/** A persistent volume made of a reserved disk. */
function volumeOf(disk: Resources, id: string, isShared: boolean): Resources {
  const messages = disk.toProto().map((message): Resource => {
    const volume = { persistence: { id }, volume: { container_path: id, mode: 'RW' as const } };
    return { ...message, disk: volume, ...(isShared ? { shared: {} } : {}) };
  });
  return Resources.fromProto(messages);
}

function change(stage: Stage, line: Line, kinds: { activate: boolean; what?: string }): void {
  const what = oneOf(line, line.word('agent or framework'), ['agent', 'framework']);
  const id = line.word(`an ${what}`);
  line.end();
  if (what === 'agent') stage.handle({ type: kinds.activate ? 'activate-agent' : 'deactivate-agent', agentId: id });
  else stage.handle({ type: kinds.activate ? 'activate-framework' : 'deactivate-framework', frameworkId: id });
}

function remove(stage: Stage, line: Line): void {
  const what = oneOf(line, line.word('agent or framework'), ['agent', 'framework']);
  const id = line.word(`an ${what}`);
  line.end();
  stage.forget((frameworkId, agentId) => (what === 'agent' ? agentId : frameworkId) === id);
  if (what === 'agent') stage.handle({ type: 'remove-agent', agentId: id });
  else stage.handle({ type: 'remove-framework', frameworkId: id });
}

function reserveOnAgent(stage: Stage, line: Line, isBack: boolean): void {
  const [agentId, role, resources] = [line.word('an agent'), line.role(), line.resources()];
  line.end();
  const reserved = resources.pushReservation({ type: 'DYNAMIC', role });
  const [consumed, converted] = isBack ? [reserved, resources] : [resources, reserved];
  stage.handle({ type: 'update-available', agentId, consumed, converted });
}

export const STATEMENTS: Readonly<Record<string, Statement>> = {
  option: { usage: 'option NAME [VALUE]', run: setOption },
  agent: {
    usage:
      'agent ID RESOURCES [revocable=RESOURCES] [host=NAME] [attributes=ATTRIBUTES] [region=NAME] [used=FRAMEWORK@ROLE@RESOURCES[+…]] [plain]',
    run: addAgent,
  },
  framework: {
    usage:
      'framework ID ROLE[,ROLE…] [capabilities=NAME,…] [suppressed=ROLE,…] [minimum=AMOUNTS[|AMOUNTS…]] [only=CONSTRAINT,…[|CONSTRAINT,…]] [single-role] [inactive]',
    run: addFramework,
  },
  remove: { usage: 'remove agent|framework ID', run: remove },
  activate: { usage: 'activate agent|framework ID', run: (stage, line) => change(stage, line, { activate: true }) },
  deactivate: {
    usage: 'deactivate agent|framework ID',
    run: (stage, line) => change(stage, line, { activate: false }),
  },
  weight: {
    usage: 'weight ROLE NUMBER',
    run: (stage, line) => {
      const [role, weight] = [line.role(), line.numberOf(line.word('a weight'), 'the weight')];
      line.end();
      stage.handle({ type: 'update-weights', weights: new Map([[role, weight]]) });
    },
  },
  quota: {
    usage: 'quota ROLE [guarantee=AMOUNTS] [limit=AMOUNTS]',
    run: (stage, line) => {
      const role = line.role();
      const guarantees = line.quantities(line.option('guarantee'));
      const limits = line.limits(line.option('limit'));
      line.end();
      stage.handle({ type: 'update-quota', role, guarantees, limits });
    },
  },
  reserve: { usage: 'reserve AGENT ROLE RESOURCES', run: (stage, line) => reserveOnAgent(stage, line, false) },
  unreserve: { usage: 'unreserve AGENT ROLE RESOURCES', run: (stage, line) => reserveOnAgent(stage, line, true) },
  volume: {
    usage: 'volume AGENT ROLE ID MEGABYTES [shared]',
    run: (stage, line) => {
      const isShared = line.flag('shared');
      const [agentId, role, id] = [line.word('an agent'), line.role(), line.word('an id')];
      const disk = line.resources(`disk:${line.word('megabytes')}`).pushReservation({ type: 'DYNAMIC', role });
      line.end();
      stage.handle({ type: 'update-available', agentId, consumed: disk, converted: volumeOf(disk, id, isShared) });
    },
  },
  accept: {
    usage: 'accept FRAMEWORK ROLE AGENT [RESOURCES] [refuse=DURATION]',
    run: (stage, line) => {
      const { key, offered } = offerOf(stage, line);
      const used = line.hasMore ? line.resources() : offered;
      const refuseSeconds = refuseSecondsOf(line);
      line.end();
      if (!offered.contains(used)) line.fail(`the offer is ${compact(offered)}, which does not hold ${compact(used)}`);
      stage.settle(key, { used, refuseSeconds });
    },
  },
  decline: {
    usage: 'decline FRAMEWORK ROLE AGENT [refuse=DURATION]',
    run: (stage, line) => {
      const { key } = offerOf(stage, line);
      const refuseSeconds = refuseSecondsOf(line);
      line.end();
      stage.settle(key, { used: Resources.EMPTY, refuseSeconds });
    },
  },
  finish: {
    usage: 'finish FRAMEWORK ROLE AGENT [RESOURCES]',
    run: (stage, line) => {
      const key = holderOf(line);
      const used = stage.used(key).unallocate();
      const resources = line.hasMore ? line.resources() : used;
      line.end();
      if (resources.isEmpty || !used.contains(resources)) {
        line.fail(`${key} uses ${compact(used)}, which does not hold ${compact(resources)}`);
      }
      stage.finish(key, resources);
    },
  },
  'reserve-offered': {
    usage: 'reserve-offered FRAMEWORK ROLE AGENT RESOURCES',
    run: (stage, line) => {
      const { key, offered } = offerOf(stage, line);
      const from = line.resources();
      line.end();
      if (!offered.contains(from)) line.fail(`the offer is ${compact(offered)}, which does not hold ${compact(from)}`);
      const [, role = ''] = key.split(' ');
      stage.convertOffer(key, { from, to: from.pushReservation({ type: 'DYNAMIC', role }) });
    },
  },
  suppress: {
    usage: 'suppress FRAMEWORK [ROLE…]',
    run: (stage, line) => {
      const frameworkId = line.word('a framework');
      const roles = line
        .rest()
        .split(' ')
        .filter((role) => role !== '');
      stage.handle({ type: 'suppress', frameworkId, roles });
    },
  },
  revive: {
    usage: 'revive FRAMEWORK [ROLE…]',
    run: (stage, line) => {
      const frameworkId = line.word('a framework');
      const roles = line
        .rest()
        .split(' ')
        .filter((role) => role !== '');
      stage.handle({ type: 'revive', frameworkId, roles });
    },
  },
  whitelist: {
    usage: 'whitelist HOST[,HOST…]|off',
    run: (stage, line) => {
      const hosts = line.word('hosts or off');
      line.end();
      stage.handle({ type: 'update-whitelist', hostnames: hosts === 'off' ? undefined : new Set(line.list(hosts)) });
    },
  },
  maintenance: {
    usage: 'maintenance AGENT in=DURATION|off',
    run: (stage, line) => {
      const agentId = line.word('an agent');
      const inMs = line.option('in');
      if (inMs === undefined && !line.flag('off')) line.fail('when is missing');
      line.end();
      const nanoseconds = inMs === undefined ? 0 : (stage.nowMs + line.durationMs(inMs)) * 1e6;
      const unavailability = inMs === undefined ? undefined : { start: { nanoseconds } };
      stage.handle({ type: 'update-unavailability', agentId, unavailability });
    },
  },
  answer: {
    usage: 'answer FRAMEWORK AGENT accept|decline [refuse=DURATION]',
    run: (stage, line) => {
      const [frameworkId, agentId] = [line.word('a framework'), line.word('an agent')];
      const response =
        oneOf(line, line.word('accept or decline'), ['accept', 'decline']) === 'accept' ? 'ACCEPT' : 'DECLINE';
      const refuseSeconds = refuseSecondsOf(line);
      line.end();
      stage.handle({ type: 'answer-inverse-offer', frameworkId, agentId, response, refuseSeconds });
    },
  },
  await: {
    usage: 'await AGENTS',
    run: (stage, line) => {
      const expected = line.numberOf(line.word('a number of agents'), 'the number of agents');
      line.end();
      stage.handle({ type: 'await-agents', expected });
    },
  },
  hold: {
    usage: 'hold',
    run: (stage, line) => {
      line.end();
      stage.isHeld = true;
    },
  },
  go: {
    usage: 'go',
    run: (stage, line) => {
      line.end();
      stage.isHeld = false;
      stage.runIfRequested();
    },
  },
  advance: {
    usage: 'advance DURATION',
    run: (stage, line) => {
      const ms = line.durationMs(line.word('a duration'));
      line.end();
      stage.advance(ms);
    },
  },
  batch: {
    usage: 'batch [COUNT]',
    run: (stage, line) => {
      const count = line.hasMore ? line.numberOf(line.word('a count'), 'the count') : 1;
      line.end();
      stage.advance(count * stage.intervalMs);
    },
  },
  explain: {
    usage: 'explain FRAMEWORK [ROLE [AGENT]]',
    run: (stage, line) => {
      const frameworkId = line.word('a framework');
      const role = line.hasMore ? line.role() : undefined;
      const agentId = line.hasMore ? line.word('an agent') : undefined;
      line.end();
      stage.said.push(stage.allocator.explain({ frameworkId, role, agentId }, stage.nowMs).sentence);
    },
  },
  shares: {
    usage: 'shares',
    run: (stage, line) => {
      line.end();
      for (const { role, dominantShare, offeredOrAllocated } of stage.allocator.roles) {
        if (dominantShare === undefined) continue;
        stage.said.push(
          `share ${role} ${(dominantShare * 100).toFixed(1)} % ${offeredOrAllocated.toString().replaceAll('; ', ';')}`,
        );
      }
    },
  },
};
