// Goal: nothing is told before it is on the disk (Q1), and nothing at all after the disk failed (Q2). Method: a disk that
// does what the test says.
import { describe, expect, it } from 'vitest';
import type { CheckpointRecord } from '../src/core/checkpoint/records.js';
import type { Effect } from '../src/core/effects.js';
import { EffectQueue } from '../src/shell/effect-queue.js';
import { uuid } from './support/harness.js';
import { until } from './support/launcher-world.js';

const note: Effect = { type: 'checkpoint', record: { type: 'drained' } };
const promise = (taskId: string): Effect => ({
  type: 'checkpoint',
  record: {
    type: 'update',
    update: {
      framework_id: { value: 'f' },
      status: { task_id: { value: taskId }, state: 'TASK_RUNNING', uuid: uuid(1) },
      latest_state: 'TASK_RUNNING',
    },
  },
});
const tell = (what: number): Effect => ({ type: 'close-link', generation: what });
const timer: Effect = { type: 'set-timer', key: 'k', delayMs: 1 };

class Disk {
  readonly log: string[] = [];
  full = false;
  syncs: { resolve: () => void; reject: (error: Error) => void }[] = [];
  error: Error | undefined;
  readonly queue = new EffectQueue({
    append: (records: readonly CheckpointRecord[]) => {
      if (this.full) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
      this.log.push(`write ${records.length}`);
    },
    sync: () => new Promise<void>((resolve, reject) => this.syncs.push({ resolve, reject })),
    perform: (effect) => {
      this.log.push(effect.type === 'close-link' ? `tell ${effect.generation}` : effect.type);
      if (effect.type === 'close-link' && effect.generation === 7) this.queue.push(tell(8));
    },
    onFailed: (error) => (this.error = error),
  });

  push(...effects: Effect[]): void {
    for (const effect of effects) this.queue.push(effect);
  }

  async sync(): Promise<{ resolve: () => void; reject: (error: Error) => void }> {
    return until(() => this.syncs.shift());
  }
}

describe('effects', () => {
  it('are performed at once while there is nothing to keep, or nothing that is promised', () => {
    const disk = new Disk();
    disk.push(tell(1), note, tell(2));
    expect(disk.log).toEqual(['tell 1', 'write 1', 'tell 2']);
  });

  it('wait for the promises before them, together with what comes meanwhile; timers do not', async () => {
    const disk = new Disk();
    disk.push(promise('a'), tell(1), promise('b'), timer, tell(2));
    expect(disk.log).toEqual(['set-timer']);
    const first = await disk.sync();
    disk.push(promise('c'), tell(3));
    expect(disk.log).toEqual(['set-timer', 'write 2']);
    first.resolve();
    const second = await disk.sync();
    expect(disk.log).toEqual(['set-timer', 'write 2', 'tell 1', 'tell 2', 'write 1']);
    second.resolve();
    await until(() => disk.log.includes('tell 3'));
    disk.push(tell(4));
    expect(disk.log.at(-1)).toBe('tell 4');
  });

  it('that cause others keep their order', async () => {
    const disk = new Disk();
    disk.push(promise('a'), tell(7), tell(9));
    (await disk.sync()).resolve();
    await until(() => disk.log.includes('tell 8'));
    expect(disk.log).toEqual(['write 1', 'tell 7', 'tell 9', 'tell 8']);
  });

  it('end when something cannot be written: nobody hears of it, and of nothing after it', async () => {
    const disk = new Disk();
    disk.full = true;
    disk.push(promise('a'), tell(1));
    await until(() => disk.error);
    disk.full = false;
    disk.push(tell(2), promise('b'), note);
    expect(disk.log).toEqual([]);
    expect(disk.error).toMatchObject({ code: 'ENOSPC' });
  });

  it('end when something cannot be synced, too', async () => {
    const disk = new Disk();
    disk.push(promise('a'), tell(1));
    (await disk.sync()).reject(new Error('input/output error'));
    await until(() => disk.error);
    expect(disk.log).toEqual(['write 1']);
  });
});
