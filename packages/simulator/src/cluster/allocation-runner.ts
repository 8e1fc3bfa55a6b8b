// Runs the allocator in virtual time as the master's shell does: one cycle per interval over all agents, and one as soon
// as possible when a command asks for it.
import type { Allocation, Allocator, AllocatorCommand } from '@mini-mesos/allocator';
import type { Time, Timer } from '@mini-mesos/daemon';

export class AllocationRunner {
  readonly #allocator: Allocator;
  readonly #time: Time;
  readonly #onAllocations: (allocations: readonly Allocation[]) => void;
  #soon: Timer | undefined;

  constructor(
    allocator: Allocator,
    options: { time: Time; intervalMs: number; onAllocations: (allocations: readonly Allocation[]) => void },
  ) {
    this.#allocator = allocator;
    this.#time = options.time;
    this.#onAllocations = options.onAllocations;
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
    if (allocations.length > 0) this.#onAllocations(allocations);
  }
}
