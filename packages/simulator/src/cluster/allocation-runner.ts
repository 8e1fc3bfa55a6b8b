// Runs the allocator in virtual time as the master's shell does: one cycle per interval over all agents, and one as soon
// as possible when a command asks for it.
import type { Allocation, Allocator, AllocatorCommand, InverseOffer } from '@mini-mesos/allocator';
import type { Time, Timer } from '@mini-mesos/daemon';

export interface AllocationRunnerOptions {
  readonly time: Time;
  readonly intervalMs: number;
  readonly onAllocations: (allocations: readonly Allocation[]) => void;
  readonly onInverseOffers: (inverseOffers: readonly InverseOffer[]) => void;
}

export class AllocationRunner {
  readonly #allocator: Allocator;
  readonly #time: Time;
  readonly #options: AllocationRunnerOptions;
  #soon: Timer | undefined;

  constructor(allocator: Allocator, options: AllocationRunnerOptions) {
    this.#allocator = allocator;
    this.#time = options.time;
    this.#options = options;
    options.time.every(options.intervalMs, () => {
      allocator.tick(this.#time.nowMs());
      this.#run();
    });
  }

  handle(command: AllocatorCommand): void {
    this.#allocator.handle(command, this.#time.nowMs());
    if (this.#allocator.isRunRequested) this.#soon ??= this.#time.after(0, () => this.#run());
  }

  #run(): void {
    this.#soon?.cancel();
    this.#soon = undefined;
    const allocations = this.#allocator.allocate(this.#time.nowMs());
    const inverseOffers = this.#allocator.takeInverseOffers();
    if (allocations.length > 0) this.#options.onAllocations(allocations);
    if (inverseOffers.length > 0) this.#options.onInverseOffers(inverseOffers);
  }
}
