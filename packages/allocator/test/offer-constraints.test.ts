// Goal: a framework gets offers from the agents that its constraints let through, and bad constraints are refused.
// Method: the cases of Mesos' offer_constraints_filter tests (named in brackets), and more.
import type { scheduler } from '@mini-mesos/proto';
import { validateOfferConstraints } from '@mini-mesos/allocator';
import { parseAttributes } from '@mini-mesos/resources';
import { describe, expect, test } from 'vitest';
import { CompiledConstraints } from '../src/constraints/offer-constraints.js';
import { must } from './support/build.js';
import { Rig } from './support/rig.js';
import { agent, batch, framework, run, updateAgent, updateFramework } from './support/script.js';

type Constraint = scheduler.AttributeConstraint;
type Predicate = Constraint['predicate'];

const named = (attribute_name: string, predicate: Predicate): Constraint => ({
  selector: { attribute_name },
  predicate,
});
const pseudo = (
  pseudoattribute_type: scheduler.AttributeConstraint.Selector.PseudoattributeType,
  predicate: Predicate,
): Constraint => ({ selector: { pseudoattribute_type }, predicate });
/** Groups of role r. */
const groups = (...all: Constraint[][]): scheduler.OfferConstraints => ({
  role_constraints: { r: { groups: all.map((attribute_constraints) => ({ attribute_constraints })) } },
});

interface AgentText {
  attributes?: string;
  region?: string;
}

function isExcluded(
  constraints: scheduler.OfferConstraints,
  { attributes = '', region }: AgentText,
  role = 'r',
): boolean {
  return must(CompiledConstraints.compile(constraints)).excludes(role, {
    hostname: 'host-1',
    attributes: must(parseAttributes(attributes)),
    capabilities: [],
    ...(region === undefined ? {} : { domain: { fault_domain: { region: { name: region }, zone: { name: 'z1' } } } }),
  });
}

describe('one constraint on an attribute', () => {
  const cases: Readonly<Record<string, [Predicate, Readonly<Record<string, boolean>>]>> = {
    'exists [NamedAttributeExists]': [
      { exists: {} },
      { 'bar:123': true, 'foo:123': false, 'foo:123;bar:456': true, 'bar:x': true },
    ],
    'does not exist [NamedAttributeNotExists]': [
      { not_exists: {} },
      { 'bar:123': false, 'foo:123': true, 'foo:123;bar:456': false },
    ],
    'is a text [NamedAttributeTextEquals]': [
      { text_equals: { value: 'baz' } },
      { 'bar:baz': true, 'bar:123': true, 'bar:[1-17]': true, 'bar:zab': false, 'foo:baz': false },
    ],
    'is not a text [NamedAttributeTextNotEquals]': [
      { text_not_equals: { value: 'baz' } },
      { 'bar:baz': false, 'bar:123': true, 'bar:[1-17]': true, 'bar:zab': true, 'foo:baz': true },
    ],
    'matches [NamedAttributeTextMatches]': [
      { text_matches: { regex: '[a-d]+' } },
      { 'bar:abcd': true, 'bar:123': true, 'bar:[1-17]': true, 'bar:bcde': false, 'foo:abcd': false },
    ],
    'does not match [NamedAttributeTextNotMatches]': [
      { text_not_matches: { regex: '[a-d]+' } },
      { 'bar:abcd': false, 'bar:123': true, 'bar:[1-17]': true, 'bar:bcde': true, 'foo:abcd': true },
    ],
    'looks at the first of a name only [TwoAttributesWithTheSameName]': [
      { text_equals: { value: 'baz' } },
      { 'bar:baz;bar:foo': true, 'bar:123;bar:foo': true, 'bar:foo;bar:baz': false, 'bar:foo;bar:123': false },
    ],
  };

  test.each(
    Object.entries(cases).flatMap(([name, [predicate, agents]]) =>
      Object.entries(agents).map(([attributes, passes]) => [name, attributes, passes, predicate] as const),
    ),
  )('%s: %s passes: %s', (_, attributes, passes, predicate) => {
    expect(isExcluded(groups([named('bar', predicate)]), { attributes })).toBe(!passes);
  });
});

describe('one constraint on', () => {
  test.each<[Constraint, AgentText, boolean]>([
    [pseudo('HOSTNAME', { text_equals: { value: 'host-1' } }), {}, true],
    [pseudo('HOSTNAME', { text_matches: { regex: 'host' } }), {}, false],
    [pseudo('HOSTNAME', { exists: {} }), {}, true],
    [pseudo('REGION', { exists: {} }), {}, false],
    [pseudo('REGION', { not_exists: {} }), {}, true],
    [pseudo('REGION', { text_equals: { value: 'eu' } }), { region: 'eu' }, true],
    [pseudo('REGION', { text_not_equals: { value: 'eu' } }), { region: 'eu' }, false],
    [pseudo('REGION', { text_not_equals: { value: 'eu' } }), {}, true],
    [pseudo('ZONE', { text_equals: { value: 'z1' } }), { region: 'eu' }, true],
    [pseudo('ZONE', { text_matches: { regex: 'z.' } }), {}, false],
    [pseudo('ZONE', { text_not_matches: { regex: 'z.' } }), {}, true],
  ])('%j over %j passes: %s', (constraint, agentText, passes) => {
    expect(isExcluded(groups([constraint]), agentText)).toBe(!passes);
  });
});

describe('several constraints', () => {
  const foo = named('foo', { exists: {} });
  const noBar = named('bar', { not_exists: {} });

  test.each([
    ['', true],
    ['foo:123', false],
    ['bar:456', true],
    ['bar:123;foo:456', true],
    ['baz:123;foo:456', false],
  ])('of a group must all pass [TwoConstraintsInGroup]: %j excluded: %s', (attributes, excluded) => {
    expect(isExcluded(groups([foo, noBar]), { attributes })).toBe(excluded);
  });

  test.each([
    ['', false],
    ['baz:123', false],
    ['bar:123', true],
    ['bar:123;foo:456', false],
  ])('one of several groups must pass [TwoGroups]: %j excluded: %s', (attributes, excluded) => {
    expect(isExcluded(groups([foo], [noBar]), { attributes })).toBe(excluded);
  });

  test('are for their role [TwoRoles, DefaultOfferConstraints]', () => {
    const constraints = groups([foo]);
    expect([isExcluded(constraints, {}), isExcluded(constraints, {}, 'other'), isExcluded({}, {})]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('constraints that are refused', () => {
  const regex = (pattern: string) => groups([named('bar', { text_matches: { regex: pattern } })]);
  const invalid = "Offer constraints are not valid: A role r has an invalid 'AttributeConstraint': ";

  test.each<[string, scheduler.OfferConstraints, string]>([
    [
      'of a role that is not subscribed to',
      { role_constraints: { s: { groups: [] } } },
      "Offer constraints specify `role_constraints` for a role 's'not contained in the set of roles",
    ],
    [
      'without groups',
      { role_constraints: { r: {} } },
      "Offer constraints are not valid: 'OfferConstraints::role_constraints' has an empty 'RoleConstraints::groups' for role r",
    ],
    [
      'with an empty group',
      groups([named('bar', { exists: {} })], []),
      "Offer constraints are not valid: 'OfferConstraints::RoleConstraints::groups' for role r contains an empty RoleConstraints::Group",
    ],
    [
      'with an unknown pseudo attribute',
      groups([pseudo('UNKNOWN', { exists: {} })]),
      `${invalid}Unknown pseudoattribute type`,
    ],
    [
      'without selector',
      groups([{ selector: {}, predicate: { exists: {} } }]),
      `${invalid}Exactly one of 'AttributeConstraint::Selector::name' or 'AttributeConstraint::Selector::pseudoattribute_type' must be set`,
    ],
    ['without predicate', groups([named('bar', {})]), `${invalid}Unknown predicate type`],
    [
      'with a broken regex [InvalidTextMatches]',
      regex('[a-d'),
      `${invalid}Failed to construct regex from pattern '[a-d': missing ]: [a-d`,
    ],
    [
      'with a broken regex, negated [InvalidTextNotMatches]',
      groups([named('bar', { text_not_matches: { regex: '[a-d' } })]),
      `${invalid}Failed to construct regex from pattern '[a-d': missing ]: [a-d`,
    ],
    [
      'with a regex of too large a program [RegexTooComplex]',
      regex('(a+){50}'),
      `${invalid}Regex '(a+){50}' is too complex: program size of 201 is larger than maximum of 100 allowed`,
    ],
    [
      'with a regex that does not fit into memory [RegexTooComplex]',
      regex('(a+){500}'),
      `${invalid}Failed to construct regex from pattern '(a+){500}': pattern too large - compile failed`,
    ],
  ])('%s', (_, constraints, error) => {
    expect(validateOfferConstraints(constraints, ['r'])).toBe(error);
  });

  test('but not these', () => {
    expect(validateOfferConstraints({}, [])).toBeUndefined();
    expect(validateOfferConstraints(regex('(a+){10}'), ['r', 's'])).toBeUndefined();
  });

  test('break the command that brings them', () => {
    const rig = new Rig();
    expect(() => framework('f', 'r', { constraints: regex('[') })(rig)).toThrow(
      "allocator command add-framework cannot be carried out: its offer constraints are not valid: A role r has an invalid 'AttributeConstraint': Failed to construct regex from pattern '[': missing ]: [",
    );
    framework('f', 'r')(rig);
  });
});

describe('in a cycle', () => {
  const onRack1 = { constraints: groups([named('rack', { text_equals: { value: 'r1' } })]) };

  test('an excluded agent goes to somebody else', () => {
    run([
      [framework('f', 'r s', onRack1)],
      [agent('a', 'cpus:1', { attributes: 'rack:r1' }), 'f r a cpus:1'],
      [agent('b', 'cpus:1', { attributes: 'rack:r2' }), 'f s b cpus:1'],
    ]);
  });

  test('other constraints, or other attributes, change who gets what', () => {
    run([
      [framework('f', 'r', onRack1)],
      [agent('a', 'cpus:1', { attributes: 'rack:r2' })],
      [updateAgent('a', 'cpus:1', { attributes: 'rack:r1' }), 'f r a cpus:1'],
      [agent('b', 'cpus:1', { attributes: 'rack:r2' })],
      [updateFramework('f', 'r')],
      [batch(), 'f r b cpus:1'],
    ]);
  });
});
