// A process on a host of its own: it runs, is paused, crashes, and starts again. What was under way for a process that
// crashed never reaches its successor; what is due for a paused one waits and comes in order when it goes on.
import type { Time, Timer } from '@mini-mesos/daemon';
import { EPOCH_MS } from './world.js';
import type { World } from './world.js';

export class SimProcess {
  readonly world: World;
  readonly name: string;
  /** Counts the starts: what belongs to an earlier one is dropped. */
  #incarnation = 0;
  #isAlive = false;
  #isPaused = false;
  #held: (() => void)[] = [];
  readonly #crashListeners = new Set<() => void>();
  #fuse: number | undefined;
  /** What is added to the true time of day. */
  wallOffsetMs = 0;
  /** How fast its timers run: 1.01 fires one percent too late. */
  timerRate = 1;

  constructor(world: World, name: string) {
    this.world = world;
    this.name = name;
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  get incarnation(): number {
    return this.#incarnation;
  }

  start(): void {
    if (this.#isAlive) return;
    this.#incarnation += 1;
    this.#isAlive = true;
    this.world.note(this.name, 'starts');
  }

  /** Everything it was about to do is lost. */
  crash(why: string): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    this.#isPaused = false;
    this.#held = [];
    this.#fuse = undefined;
    this.world.note(this.name, `ends: ${why}`);
    const listeners = [...this.#crashListeners];
    this.#crashListeners.clear();
    for (const listener of listeners) listener();
  }

  /** Runs once, at the end of the present incarnation. Returns how to do without. */
  onCrash(run: () => void): () => void {
    this.#crashListeners.add(run);
    return () => void this.#crashListeners.delete(run);
  }

  pause(): void {
    if (!this.#isAlive || this.#isPaused) return;
    this.#isPaused = true;
    this.world.note(this.name, 'is paused');
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.world.note(this.name, 'goes on');
    const held = this.#held;
    this.#held = [];
    for (const run of held) run();
  }

  /** Lets it crash in the middle: after that many more effects. */
  crashAfterEffects(count: number): void {
    if (this.#isAlive) this.#fuse = count;
  }

  /** The crash that was to come does not come. */
  defuse(): void {
    this.#fuse = undefined;
  }

  /** To be asked before every effect: false where the process has just crashed. */
  mayGoOn(): boolean {
    if (this.#fuse !== undefined && this.#fuse-- <= 0) this.crash('crashed between two effects');
    return this.#isAlive;
  }

  /** Wraps what happens to the present incarnation from outside. */
  bound<A extends unknown[]>(run: (...args: A) => void): (...args: A) => void {
    const incarnation = this.#incarnation;
    const enter = (...args: A): void => {
      if (!this.#isAlive || incarnation !== this.#incarnation) return;
      if (this.#isPaused) this.#held.push(() => enter(...args));
      else run(...args);
    };
    return enter;
  }

  after(delayMs: number, run: () => void): Timer {
    return this.world.after(delayMs * this.timerRate, this.bound(run));
  }

  /** The clock and the timers of this incarnation. */
  time(): Time {
    const startedMs = this.world.nowMs;
    const every = (intervalMs: number, run: () => void): Timer => {
      let current: Timer;
      const step = () => {
        current = this.after(intervalMs, step);
        run();
      };
      current = this.after(intervalMs, step);
      return { cancel: () => current.cancel() };
    };
    return {
      nowMs: () => EPOCH_MS + this.world.nowMs + this.wallOffsetMs,
      monotonicMs: () => (this.world.nowMs - startedMs) / this.timerRate,
      after: (delayMs, run) => this.after(delayMs, run),
      every,
    };
  }
}
