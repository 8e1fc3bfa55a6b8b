// Goal: frameworks come, come back, fail over and go as in Mesos. Method: a machine with scripted schedulers.
import { describe, expect, test } from 'vitest';
import { AWARE, Harness, MASTER_ID } from '../support/harness.js';

describe('a first subscription', () => {
  test('gets an id, SUBSCRIBED and a heartbeat at once, then one every 15 s', () => {
    const world = new Harness();
    const client = world.subscribe();
    expect(client.id).toBe(`${MASTER_ID}-0000`);
    expect(client.types).toEqual(['SUBSCRIBED', 'HEARTBEAT']);
    expect(client.events[0]?.subscribed).toMatchObject({
      heartbeat_interval_seconds: 15,
      master_info: { id: MASTER_ID },
    });
    world.advance(30_000);
    expect(client.types).toEqual(['SUBSCRIBED', 'HEARTBEAT', 'HEARTBEAT', 'HEARTBEAT']);
    expect(world.subscribe().id).toBe(`${MASTER_ID}-0001`);
  });

  test('tells the allocator and the operators', () => {
    const world = new Harness();
    const client = world.subscribe(AWARE, { suppressed_roles: ['dev'] });
    expect(world.commands).toMatchObject([
      {
        type: 'add-framework',
        frameworkId: client.id,
        active: true,
        framework: { roles: ['dev'], suppressedRoles: ['dev'] },
      },
    ]);
    expect(world.published.map(({ type }) => type)).toEqual(['FRAMEWORK_ADDED']);
  });

  test('with an id that nobody knows keeps that id', () => {
    expect(new Harness().subscribe({ ...AWARE, id: { value: 'mine' } }).id).toBe('mine');
  });

  test.each([
    [{ roles: ['/x'] }, "'FrameworkInfo.roles' contains invalid role: Role '/x' cannot start with a slash"],
    [{ roles: ['a', 'a'] }, "'FrameworkInfo.roles' contains duplicate items: { a }"],
    [{ role: 'a' }, "'FrameworkInfo.role' must not be set when the framework is MULTI_ROLE capable"],
    [{ id: { value: 'a/b' } }, "'a/b' contains invalid characters"],
    [{ failover_timeout: 1e300 }, 'The framework failover_timeout (1e+300) is invalid'],
    [{ capabilities: [] }, "'FrameworkInfo.roles' must not be set when the framework is not MULTI_ROLE capable"],
  ])('%j is refused down the stream, which closes', (change, message) => {
    const client = new Harness().subscribe({ ...AWARE, ...change });
    expect(client.events).toEqual([{ type: 'ERROR', error: { message } }]);
    expect(client.isClosed).toBe(true);
  });

  test('suppressed roles and constraints must belong to the roles', () => {
    const world = new Harness();
    expect(world.subscribe(AWARE, { suppressed_roles: ['x'] }).events[0]?.error?.message).toBe(
      'Suppressed roles { x } are not contained in the set of roles',
    );
    const constraints = { role_constraints: { dev: { groups: [] } } };
    expect(world.subscribe(AWARE, { offer_constraints: constraints }).events[0]?.error?.message).toContain('empty');
  });

  test('the whitelist of roles and the rule against root hold', () => {
    const world = new Harness({ roleWhitelist: new Set(['prod']), rootSubmissions: false });
    expect(world.subscribe().events[0]?.error?.message).toBe("Roles { dev } are not present in the master's --roles");
    expect(world.subscribe({ ...AWARE, roles: ['prod'], user: 'root' }).events[0]?.error?.message).toContain(
      'root_submissions',
    );
  });
});

describe('coming back', () => {
  test('while connected closes the old stream and voids its offers without a word', () => {
    const world = new Harness();
    const agent = world.register();
    const first = world.subscribe();
    world.offer(first, agent, 'cpus:2');
    const second = world.subscribe({ ...AWARE, id: { value: first.id } });
    expect(first.events.at(-1)).toEqual({ type: 'ERROR', error: { message: 'Framework failed over' } });
    expect(first.isClosed).toBe(true);
    expect(first.of('RESCIND')).toEqual([]);
    expect(second.types).toEqual(['SUBSCRIBED', 'HEARTBEAT']);
    expect(world.state.offers.size).toBe(0);
    expect(world.recovered(second, agent).toString()).toBe('cpus(allocated: dev):2');
    first.disconnect();
    expect(second.record.phase).toBe('connected');
  });

  test('within the failover timeout keeps the framework, after it the framework is gone for good', () => {
    const world = new Harness();
    const client = world.subscribe();
    client.disconnect();
    world.advance(59_000);
    const again = world.subscribe({ ...AWARE, id: { value: client.id } });
    expect(again.id).toBe(client.id);
    again.disconnect();
    world.advance(61_000);
    expect(world.state.frameworks.size).toBe(0);
    expect(world.published.at(-1)?.type).toBe('FRAMEWORK_REMOVED');
    const late = world.subscribe({ ...AWARE, id: { value: client.id } });
    expect(late.events).toEqual([{ type: 'ERROR', error: { message: 'Framework has been removed' } }]);
  });

  test('a framework without failover timeout is removed with its stream', () => {
    const world = new Harness();
    const client = world.subscribe({ ...AWARE, failover_timeout: 0 });
    client.disconnect();
    expect(world.state.frameworks.size).toBe(0);
  });

  test('keeps what cannot change, takes what can, refuses another principal', () => {
    const world = new Harness();
    const client = world.subscribe({ ...AWARE, principal: 'p' });
    const id = { value: client.id };
    const again = world.subscribe({ ...AWARE, id, principal: 'p', user: 'other', name: 'new', roles: ['prod'] });
    expect(again.record.info).toMatchObject({ user: 'u', name: 'new', roles: ['prod'] });
    expect(world.subscribe({ ...AWARE, id, principal: 'q' }).events[0]?.error?.message).toBe(
      "Changing framework's principal is not allowed.",
    );
    expect(again.record.phase).toBe('connected');
  });
});

describe('calls', () => {
  const world = new Harness();
  const client = world.subscribe();
  const revive = { type: 'REVIVE' as const };

  test('need a framework that is known, subscribed, and its stream', () => {
    expect(client.call({ ...revive, framework_id: { value: 'x' } })).toEqual({
      status: 400,
      text: 'Framework cannot be found',
    });
    expect(client.call(revive, 'other' as typeof client.connection)?.text).toContain("The stream ID 'other' included");
    expect(client.call(revive)).toEqual({ status: 202, text: undefined });
    const lost = world.subscribe();
    lost.disconnect();
    expect(lost.call(revive)).toEqual({ status: 403, text: 'Framework is not subscribed' });
  });

  test('an unknown role drops the whole SUPPRESS or REVIVE, an empty list means all roles', () => {
    world.commands.length = 0;
    client.call({ type: 'SUPPRESS', suppress: { roles: ['dev', 'zzz'] } });
    expect(world.commands).toEqual([]);
    client.call({ type: 'SUPPRESS' });
    expect([...client.record.suppressedRoles]).toEqual(['dev']);
    client.call({ type: 'REVIVE' });
    expect(world.commands).toMatchObject([
      { type: 'suppress', roles: ['dev'] },
      { type: 'revive', roles: ['dev'] },
    ]);
  });

  test('UPDATE_FRAMEWORK changes what can change and says what cannot', () => {
    const info = { ...AWARE, id: { value: client.id } };
    const update = (change: object) =>
      client.call({ type: 'UPDATE_FRAMEWORK', update_framework: { framework_info: { ...info, ...change } } });
    expect(update({ user: 'nobody' })).toEqual({
      status: 400,
      text: "FrameworkInfo update is not valid: Updating 'FrameworkInfo.user' is unsupported; attempted to update from 'u' to 'nobody'",
    });
    expect(update({ roles: ['-x'] })?.text).toContain('Supplied FrameworkInfo is not valid');
    expect(update({ roles: ['dev', 'prod'], name: 'renamed' })?.status).toBe(200);
    expect(client.record.info).toMatchObject({ roles: ['dev', 'prod'], name: 'renamed' });
    expect(world.published.at(-1)?.type).toBe('FRAMEWORK_UPDATED');
  });
});
