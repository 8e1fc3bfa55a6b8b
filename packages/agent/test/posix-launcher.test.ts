// Goal: commands run as they were given, their ends are told truly (L1), and nothing of them stays behind (L2).
// Method: real processes under the real launcher, with signals sent to everybody involved.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchScript } from '../src/shell/posix/launch-script.js';
import { quotedVariable, shellQuote, UnquotableError } from '../src/shell/posix/quote.js';
import { LauncherWorld, PATIENCE_MS, runs, until } from './support/launcher-world.js';

let world: LauncherWorld;
beforeAll(() => {
  world = new LauncherWorld();
});
afterAll(() => world.close(), PATIENCE_MS);

describe('a command', () => {
  it.each([
    ['true', { kind: 'exited', status: 0 }],
    ['exit 7', { kind: 'exited', status: 7 }],
    ['/does/not/exist', { kind: 'exited', status: 127 }],
    ['kill -SEGV $$', { kind: 'signaled', signal: 11 }],
    ['kill -TERM $$', { kind: 'signaled', signal: 15 }],
    ['exit 255', { kind: 'exited', status: 255 }],
  ])('%s ends as it ended', async (command, exit) => {
    expect((await world.run(command)).exit).toEqual(exit);
  });

  it('runs in its sandbox with its output there, nothing to read, and a session of its own', async () => {
    const container = world.start('pwd; echo bad >&2; cat; ps -o sid= -p $$; echo $$');
    await world.exit(container);
    const [directory, session, pid] = world.output(container).trim().split('\n');
    expect(directory).toBe(world.sandbox(container));
    expect(session?.trim()).toBe(pid);
    expect(world.output(container, 'stderr')).toBe('bad\n');
    expect(world.launched.get(container)).toBe(Number(pid));
  });

  it('has no signal ignored, and not the pipe of reports', async () => {
    const { stdout } = await world.run('grep SigIgn /proc/self/status');
    expect(stdout).toMatch(/SigIgn:\s+0000000000000000/);
    const container = world.start('sleep 1009');
    const pid = await world.pid(container);
    const links = (of: number) => readdirSync(`/proc/${of}/fd`).map((fd) => readlinkSync(`/proc/${of}/fd/${fd}`));
    const reports = readlinkSync(`/proc/${world.launcher.pids(container)?.supervisor.pid}/fd/3`);
    expect(reports).toMatch(/pipe|socket/);
    await until(() => !links(pid).includes(reports));
    world.launcher.destroy(container);
    await world.exit(container);
  });

  it('has the environment that it was given and nothing else', async () => {
    const odd = [
      ['A', '1'],
      ['A', '2'],
      ['with.dot', 'x=y'],
      ['QUOTES', `'"\`$HOME\\ \n*`],
      ['EMPTY', ''],
    ] as const;
    const { stdout } = await world.run('env', { shell: false, arguments: ['env', '-0'], environment: [...odd] });
    const seen = Object.fromEntries(
      stdout
        .split('\0')
        .flatMap((line) => (line ? [[line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]] : [])),
    );
    expect(seen).toMatchObject({ A: '2', 'with.dot': 'x=y', QUOTES: `'"\`$HOME\\ \n*`, EMPTY: '' });
    expect(
      Object.keys(seen).filter(
        (name) => !/^(PATH|MESOS_SANDBOX|A|with\.dot|QUOTES|EMPTY|PWD|OLDPWD|_|SHLVL)$/.test(name),
      ),
    ).toEqual([]);
  });

  it('takes its arguments as they are, the first being its own name', async () => {
    const words = ['printf', '%s|', "it's", '$(true)', '', 'a b', '*', '-n', '\\'];
    const direct = await world.run('printf', { shell: false, arguments: words });
    expect(direct.stdout).toBe("it's|$(true)||a b|*|-n|\\|");
    const renamed = await world.run('/bin/sh', {
      shell: false,
      arguments: ['other-name', '-c', 'echo $0; cat /proc/$$/cmdline'],
    });
    expect(renamed.stdout).toContain('other-name\0-c');
    const missing = await world.run('no-such-program', { shell: false, arguments: ['no-such-program'] });
    expect(missing.exit).toEqual({ kind: 'exited', status: 127 });
  });

  it('is quoted exactly, whatever it holds', async () => {
    const texts = fc.sample(fc.string({ unit: 'binary', maxLength: 60 }), 12).map((text) => text.replaceAll('\0', ''));
    for (const text of [...texts, "'", "''", '\n', '\\', '€ü😀', '`id`', '!!', '\u0001\u007f']) {
      const { stdout } = await world.run('printf', { shell: false, arguments: ['printf', '%s', text] });
      expect(stdout).toBe(Buffer.from(text).toString());
    }
  });

  it('that a program cannot be given is refused', () => {
    expect(() => shellQuote('a\0b')).toThrow(UnquotableError);
    expect(() => quotedVariable('A=B', '')).toThrow(UnquotableError);
    expect(() => quotedVariable('', 'x')).toThrow(UnquotableError);
    const request = {
      container: 'x',
      process: { shell: true, value: 'a\0b', arguments: [] },
      environment: [],
      runAs: undefined,
      sandbox: '/s',
      outlivesAgent: false,
    };
    expect(() => launchScript(request, { directory: '/d', resetsSignals: true, hasBash: true })).toThrow(
      UnquotableError,
    );
  });

  it('leaves no file in the runtime directory when its end was taken in', async () => {
    const container = world.start('true');
    await world.exit(container);
    expect(readdirSync(`${world.directory}/run/containers`)).toContain(container);
    world.launcher.forget(container);
    expect(readdirSync(`${world.directory}/run/containers`)).not.toContain(container);
  });
});

describe('a kill', () => {
  it('reaches the whole tree with SIGTERM, also who left group and session', async () => {
    const container = world.start('setsid sleep 1001 & (sleep 1002 &) ; echo ready; sleep 1003 & wait; wait');
    const pid = await world.pid(container);
    await until(() => world.output(container) === 'ready\n');
    const family = () => childPids(/sleep 100[123]/);
    await until(() => family().length === 3);
    world.launcher.signal(container, 'SIGTERM');
    expect(await world.exit(container)).toEqual({ kind: 'signaled', signal: 15 });
    await until(() => family().length === 0);
    expect(runs(pid)).toBe(false);
  });

  it('ends at SIGKILL what ignores SIGTERM', async () => {
    const container = world.start("trap '' TERM; echo ready; while true; do sleep 0.1; done");
    await until(() => world.launched.has(container) && world.output(container) === 'ready\n');
    world.launcher.signal(container, 'SIGTERM');
    await new Promise((resolve) => void setTimeout(resolve, 300));
    expect(world.exits.has(container)).toBe(false);
    world.launcher.destroy(container);
    expect(await world.exit(container)).toEqual({ kind: 'signaled', signal: 9 });
  });

  it('finds a daemon that forked twice and left (L2)', async () => {
    const container = world.start('(setsid sh -c "sleep 1004 & exit" &) ; sleep 0.3');
    await world.pid(container);
    expect(await world.exit(container)).toEqual({ kind: 'exited', status: 0 });
    await until(() => childPids(/sleep 1004/).length === 0, 'the end of the daemon');
  });

  it('ends what the command leaves running in its group', async () => {
    const container = world.start('sleep 1005 & echo started');
    await world.exit(container);
    await until(() => childPids(/sleep 1005/).length === 0);
  });

  it('of a container that has not started yet is kept', async () => {
    const container = world.start('sleep 1006');
    world.launcher.destroy(container);
    expect(await world.exit(container)).toEqual({ kind: 'signaled', signal: 9 });
  });
});

describe('losses', () => {
  it('of a supervisor are noticed: the task is killed and its end is unknown (L1)', async () => {
    const container = world.start('sleep 1007');
    const pid = await world.pid(container);
    process.kill(world.launcher.pids(container)?.supervisor.pid ?? -1, 'SIGKILL');
    expect(await world.exit(container)).toMatchObject({ kind: 'unknown' });
    await until(() => !runs(pid));
  });

  it('of the launcher are repaired: what runs goes on, what comes is started', async () => {
    const before = world.start('sleep 0.5; exit 5');
    await world.pid(before);
    process.kill(world.launcher.launcherPid ?? -1, 'SIGKILL');
    const during = world.start('exit 6');
    expect(await world.exit(before)).toEqual({ kind: 'exited', status: 5 });
    expect(await world.exit(during)).toEqual({ kind: 'exited', status: 6 });
    expect(await world.run('exit 7').then(({ exit }) => exit)).toEqual({ kind: 'exited', status: 7 });
  });

  it('of the agent end what may not outlive it, and the rest when no other comes in time', async () => {
    const other = new LauncherWorld(undefined, 1_000);
    const kept = other.start('exec sleep 1010');
    const bound = other.start('exec sleep 1011', { outlivesAgent: false });
    const pids = [await other.pid(kept), await other.pid(bound)] as const;
    const directory = `${other.directory}/run/containers`;
    await other.launcher.close();
    await until(() => !runs(pids[1]), 'the end of what may not outlive the agent');
    await until(() => readFileOrNothing(`${directory}/${bound}/status`) === '137\n');
    await until(() => !runs(pids[0]), 'the end of what waited for another agent');
    await until(() => readFileOrNothing(`${directory}/${kept}/status`) === '137\n');
    other.launched.clear();
    await other.close();
  });

  it('of the agent end nothing where another is there: it decides', async () => {
    const other = new LauncherWorld(undefined, 1_000);
    const containers = [other.start('exec sleep 1012'), other.start('exec sleep 1013', { outlivesAgent: false })];
    const pids = await Promise.all(containers.map((container) => other.pid(container)));
    const { launcherPid } = other.launcher;
    const heir = new LauncherWorld(`${other.directory}/run`);
    await other.launcher.close();
    await until(() => !runs(launcherPid ?? -1), 'the end of the launcher');
    expect(pids.map(runs)).toEqual([true, true]);
    for (const container of containers) expect(heir.launcher.recover(container, other.sandbox(container))).toBe(true);
    await heir.close();
    expect(pids.map(runs)).toEqual([false, false]);
    other.launched.clear();
    await other.close();
  });

  it('of the agent end neither task nor supervisor, and a later agent ends what it finds', async () => {
    const other = new LauncherWorld();
    const container = other.start('sleep 1008');
    const pid = await other.pid(container);
    const { supervisor } = other.launcher.pids(container) ?? { supervisor: { pid: -1 } };
    await other.launcher.close();
    expect(runs(pid) && runs(supervisor.pid)).toBe(true);
    const heir = new LauncherWorld(`${other.directory}/run`);
    expect(await heir.launcher.destroyLeftovers()).toBe(1);
    await until(() => !runs(pid) && !runs(supervisor.pid));
    expect(readdirSync(`${other.directory}/run/containers`)).toEqual([]);
    other.launched.clear();
    await heir.close();
    await other.close();
  });

  it('of the reader of reports do not keep a supervisor from writing the status', async () => {
    const other = new LauncherWorld();
    const container = other.start('sleep 0.3; exit 9');
    await other.pid(container);
    await other.launcher.close();
    const status = `${other.directory}/run/containers/${container}/status`;
    await until(() => readFileOrNothing(status) === '9\n');
    other.launched.clear();
    await other.close();
  });
});

describe('many', () => {
  it('sleeping tasks cost little: five hundred are fine', async () => {
    const other = new LauncherWorld();
    const containers = Array.from({ length: 500 }, () => other.start('exec sleep 2000'));
    await until(() => other.launched.size === 500, 'the start of 500');
    const sizes = containers.map((container) => proportionalKib(other.launcher.pids(container)?.supervisor.pid ?? -1));
    const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
    console.log(`500 supervisors: mean ${mean.toFixed(0)} KiB PSS, largest ${Math.max(...sizes)} KiB`);
    expect(Math.max(...sizes)).toBeLessThan(1024);
    const startMs = performance.now();
    const usage = other.launcher.usage(containers);
    console.log(`usage of 500 containers sampled in ${(performance.now() - startMs).toFixed(0)} ms`);
    expect(usage.size).toBe(500);
    expect([...usage.values()].every((one) => one.processes === 1 && (one.mem_rss_bytes ?? 0) > 0)).toBe(true);
    await other.close();
    expect(other.exits.size).toBe(500);
    expect(other.violations).toEqual([]);
  }, 120_000);
});

function childPids(pattern: RegExp): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const command = readFileOrNothing(`/proc/${name}/cmdline`).replaceAll('\0', ' ').trim();
    return pattern.test(command) && command.startsWith('sleep') && runs(Number(name)) ? [Number(name)] : [];
  });
}

function readFileOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function proportionalKib(pid: number): number {
  return Number(/^Pss:\s+(\d+)/m.exec(readFileOrNothing(`/proc/${pid}/smaps_rollup`))?.[1] ?? NaN);
}
