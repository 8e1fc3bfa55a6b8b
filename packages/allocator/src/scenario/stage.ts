// Where a scenario plays: an allocator, a clock, the offers that are out and what is used. It behaves as a master does:
// a batch every interval, and a cycle at once after what asks for one, unless cycles are held.
import { printMilli, printRanges, printSet, Resources } from '@mini-mesos/resources';
import type { ResourceItem } from '@mini-mesos/resources';
import type { AllocatorCommand } from '../commands.js';
import { createAllocator } from '../create.js';
import type { CreateAllocatorOptions, OfferAllocator } from '../create.js';

/** Most batches that one line may bring about. */
const BATCHES_MAX = 100_000;

export class Stage {
  nowMs = 0;
  isHeld = false;
  /** Offers, inverse offers and sentences since they were last looked at, as the transcript prints them. */
  readonly said: string[] = [];
  readonly #options: CreateAllocatorOptions = {};
  #allocator: OfferAllocator | undefined;
  #nextBatchMs = 0;
  /** By `framework role agent`, with allocation. */
  readonly #offers = new Map<string, Resources>();
  readonly #used = new Map<string, Resources>();

  get intervalMs(): number {
    return this.#options.allocationIntervalMs ?? 1_000;
  }

  /** Undefined where the allocator is at work already. */
  get options(): CreateAllocatorOptions | undefined {
    return this.#allocator === undefined ? this.#options : undefined;
  }

  get allocator(): OfferAllocator {
    if (this.#allocator === undefined) {
      this.#allocator = createAllocator(this.#options);
      this.#nextBatchMs = this.nowMs + this.intervalMs;
    }
    return this.#allocator;
  }

  handle(command: AllocatorCommand): void {
    this.allocator.handle(command, this.nowMs);
    this.runIfRequested();
  }

  runIfRequested(): void {
    if (!this.isHeld && this.allocator.isRunRequested) this.#run();
  }

  /** Lets time pass, with the batches that fall into it. */
  advance(ms: number): void {
    const untilMs = this.nowMs + ms;
    void this.allocator;
    if (ms / this.intervalMs > BATCHES_MAX) throw new RangeError(`that would be more than ${BATCHES_MAX} batches`);
    while (this.#nextBatchMs <= untilMs) {
      this.nowMs = this.#nextBatchMs;
      this.#nextBatchMs += this.intervalMs;
      this.allocator.tick(this.nowMs);
      if (!this.isHeld) this.#run();
    }
    this.nowMs = untilMs;
  }

  #run(): void {
    for (const { frameworkId, role, agentId, resources } of this.allocator.allocate(this.nowMs)) {
      const key = `${frameworkId} ${role} ${agentId}`;
      this.#offers.set(key, (this.#offers.get(key) ?? Resources.EMPTY).plus(resources));
      this.said.push(`${this.#clock()} offer ${key} ${compact(resources)}`);
    }
    for (const { frameworkId, agentId } of this.allocator.takeInverseOffers()) {
      this.said.push(`${this.#clock()} inverse-offer ${frameworkId} ${agentId}`);
    }
  }

  #clock(): string {
    return `${this.nowMs / 1_000}s`;
  }

  /** The offer that is out; undefined where there is none. */
  offer(key: string): Resources | undefined {
    return this.#offers.get(key);
  }

  /** An offer is answered: `used` of it is kept, the rest comes back. */
  settle(key: string, { used, refuseSeconds }: { used: Resources; refuseSeconds: number }): void {
    const offered = this.#offers.get(key)!;
    this.#offers.delete(key);
    const kept = used.allocate(roleOf(key));
    if (!kept.isEmpty) this.#used.set(key, (this.#used.get(key) ?? Resources.EMPTY).plus(kept));
    const back = offered.minus(kept);
    if (!back.isEmpty) this.#recover(key, back, refuseSeconds);
  }

  used(key: string): Resources {
    return this.#used.get(key) ?? Resources.EMPTY;
  }

  /** What an agent came with counts as used. */
  addUsed(key: string, resources: Resources): void {
    this.#used.set(key, this.used(key).plus(resources));
  }

  /** Something in use comes to its end. */
  finish(key: string, resources: Resources): void {
    const back = resources.allocate(roleOf(key));
    this.#used.set(key, this.used(key).minus(back));
    this.#recover(key, back, undefined);
  }

  /** Part of an offer turns into something else. */
  convertOffer(key: string, { from, to }: { from: Resources; to: Resources }): void {
    const [frameworkId = '', role = '', agentId = ''] = key.split(' ');
    const [consumed, converted] = [from.allocate(role), to.allocate(role)];
    this.handle({ type: 'update-allocation', frameworkId, agentId, consumed, converted });
    this.#offers.set(key, this.#offers.get(key)!.minus(consumed).plus(converted));
  }

  /** Offers and uses that went with an agent or a framework. */
  forget(isGone: (frameworkId: string, agentId: string) => boolean): void {
    for (const map of [this.#offers, this.#used]) {
      for (const key of map.keys()) {
        const [frameworkId = '', , agentId = ''] = key.split(' ');
        if (isGone(frameworkId, agentId)) map.delete(key);
      }
    }
  }

  #recover(key: string, resources: Resources, refuseSeconds: number | undefined): void {
    const [frameworkId = '', , agentId = ''] = key.split(' ');
    this.handle({ type: 'recover', frameworkId, agentId, resources, refuseSeconds });
  }
}

const roleOf = (key: string): string => key.split(' ')[1] ?? '';

/** Without allocation and in one word, nearly as scenarios write resources: `cpus(dev):1;disk(dev)[id]:10`. */
export const compact = (resources: Resources): string =>
  resources.isEmpty ? 'nothing' : resources.items.map(compactItem).join(';');

function compactItem({ name, value, reservations, disk, revocable, sharedCount }: ResourceItem): string {
  const roles = reservations.map(({ role }) => role).join('>');
  const volume = disk?.persistence?.id ?? disk?.source?.type;
  const marks = [
    roles === '' ? '' : `(${roles})`,
    volume === undefined ? '' : `[${volume}]`,
    revocable ? '{REV}' : '',
    sharedCount === undefined ? '' : '{SHARED}',
  ];
  const size =
    value.type === 'SCALAR'
      ? printMilli(value.milli)
      : value.type === 'RANGES'
        ? printRanges(value.ranges)
        : printSet(value.items);
  return `${name}${marks.join('')}:${size.replaceAll(' ', '')}`;
}
