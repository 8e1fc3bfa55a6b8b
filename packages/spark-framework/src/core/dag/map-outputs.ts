// Where the outputs of map tasks are.

/** Where an output can be fetched from. Not the executor as such: a shuffle service may hold it. */
export interface OutputLocation {
  readonly executorId: string;
  readonly host: string;
  readonly port: number;
}

export interface MapOutput {
  readonly location: OutputLocation;
  readonly taskId: number;
  /** Bytes by reduce partition. */
  readonly sizes: readonly number[];
}

interface Shuffle {
  readonly outputs: (MapOutput | undefined)[];
  available: number;
}

export class MapOutputs {
  private readonly shuffles = new Map<number, Shuffle>();

  /** Makes room for a shuffle's outputs; keeps what is known of it already. */
  register(shuffleId: number, mapPartitions: number): void {
    if (this.shuffles.has(shuffleId)) return;
    this.shuffles.set(shuffleId, {
      outputs: Array.from({ length: mapPartitions }, () => undefined),
      available: 0,
    });
  }

  add(shuffleId: number, mapPartition: number, output: MapOutput): void {
    const shuffle = this.shuffles.get(shuffleId);
    if (shuffle === undefined) return;
    if (shuffle.outputs[mapPartition] === undefined) shuffle.available++;
    shuffle.outputs[mapPartition] = output;
  }

  /** All outputs are there. */
  isComplete(shuffleId: number): boolean {
    const shuffle = this.shuffles.get(shuffleId);
    return shuffle !== undefined && shuffle.available === shuffle.outputs.length;
  }

  missing(shuffleId: number): number[] {
    const missing: number[] = [];
    this.shuffles.get(shuffleId)?.outputs.forEach((output, partition) => {
      if (output === undefined) missing.push(partition);
    });
    return missing;
  }

  /** The outputs by map partition; undefined for a shuffle nobody knows. */
  outputs(shuffleId: number): readonly (MapOutput | undefined)[] | undefined {
    return this.shuffles.get(shuffleId)?.outputs;
  }

  /** Forgets one output, if it is still the one at that executor. */
  remove(shuffleId: number, mapPartition: number, executorId: string | undefined): void {
    const shuffle = this.shuffles.get(shuffleId);
    const output = shuffle?.outputs[mapPartition];
    if (shuffle === undefined || output === undefined) return;
    if (executorId !== undefined && output.location.executorId !== executorId) return;
    shuffle.outputs[mapPartition] = undefined;
    shuffle.available--;
  }

  /** Forgets everything an executor held. Returns how many outputs were lost. */
  removeExecutor(executorId: string): number {
    let lost = 0;
    for (const shuffle of this.shuffles.values()) {
      shuffle.outputs.forEach((output, partition) => {
        if (output?.location.executorId !== executorId) return;
        shuffle.outputs[partition] = undefined;
        shuffle.available--;
        lost++;
      });
    }
    return lost;
  }

  unregister(shuffleId: number): void {
    this.shuffles.delete(shuffleId);
  }

  /** Hosts that hold at least `fraction` of what a reduce partition reads; empty for shuffles too large to ask for. */
  preferredExecutors(shuffleId: number, reducePartition: number, fraction: number): OutputLocation[] {
    const outputs = this.shuffles.get(shuffleId)?.outputs;
    if (outputs === undefined || outputs.length >= PREFERENCE_MAPS_MAX) return [];
    const bytes = new Map<string, { location: OutputLocation; bytes: number }>();
    let total = 0;
    for (const output of outputs) {
      if (output === undefined) continue;
      const size = output.sizes[reducePartition] ?? 0;
      total += size;
      const known = bytes.get(output.location.executorId);
      if (known === undefined) bytes.set(output.location.executorId, { location: output.location, bytes: size });
      else known.bytes += size;
    }
    return [...bytes.values()]
      .filter((entry) => total > 0 && entry.bytes >= total * fraction)
      .map(({ location }) => location);
  }
}

/** Above this many map tasks no executor holds much of a partition (Spark: SHUFFLE_PREF_MAP_THRESHOLD). */
const PREFERENCE_MAPS_MAX = 1000;
