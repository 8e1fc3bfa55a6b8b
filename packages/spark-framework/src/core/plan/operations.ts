// What a node of the lineage does, as data: this is all that travels to executors. Functions are named by the id under
// which the plan carries them; a name that starts with '#' is one of ours (executor/compute/builtins.ts).

/** Id of a shipped function, or '#name' for a built-in one. */
export type FunctionRef = string;

/** How records of equal keys become one. */
export type Aggregate =
  | { readonly kind: 'reduce'; readonly merge: FunctionRef }
  | { readonly kind: 'group' }
  | {
      readonly kind: 'combine';
      /** Value to combiner; ignored when `zero` is given. */
      readonly create?: FunctionRef;
      /** Frames holding one record: the value every combiner starts from (merged with the first value). */
      readonly zero?: Uint8Array;
      readonly mergeValue: FunctionRef;
      readonly mergeCombiners: FunctionRef;
    };

/** What a record is ordered or placed by: the first half of a pair, or what a function makes of it. */
export type KeyOf = { readonly kind: 'pair' } | { readonly kind: 'function'; readonly fn: FunctionRef };

/** The order of a sort: natural (data/ordering.ts) or a function of two keys. */
export interface SortOrder {
  readonly key: KeyOf;
  readonly ascending: boolean;
  readonly compare?: FunctionRef;
}

/** Which reduce partition a record goes to. */
export type Partitioner =
  | { readonly kind: 'hash'; readonly partitions: number }
  /** Frames of the upper bounds, at most partitions - 1 of them, in the order of the sort. */
  | { readonly kind: 'range'; readonly partitions: number; readonly bounds: Uint8Array; readonly order: SortOrder }
  /** Records dealt out in turn, starting at a place that depends on the map partition: even sizes, no key needed. */
  | { readonly kind: 'roundRobin'; readonly partitions: number }
  | { readonly kind: 'function'; readonly partitions: number; readonly fn: FunctionRef };

/** A step that looks at one record at a time; consecutive ones are fused into one loop. */
export type ElementOperation =
  | { readonly kind: 'map' | 'filter' | 'flatMap' | 'mapValues' | 'flatMapValues' | 'keyBy'; readonly fn: FunctionRef }
  | { readonly kind: 'keys' | 'values' };

export type Operation =
  | ElementOperation
  /** Reads the task's input for this node. */
  | { readonly kind: 'source' }
  | { readonly kind: 'mapPartitions'; readonly fn: FunctionRef; readonly withIndex: boolean }
  | { readonly kind: 'sample'; readonly fraction: number; readonly withReplacement: boolean; readonly seed: number }
  | { readonly kind: 'glom' }
  /** Pairs every record with its position; `offsets` holds where each partition begins. */
  | { readonly kind: 'zipWithIndex'; readonly offsets: readonly number[] }
  /** All parents' partitions one after another (union, coalesce). */
  | { readonly kind: 'concat' }
  | { readonly kind: 'zip' }
  | { readonly kind: 'cartesian' }
  /** Groups the pairs of all parents by key: [key, [values of parent 0, values of parent 1, …]]. */
  | { readonly kind: 'cogroup' }
  /** Aggregates pairs that already lie in the right partition. */
  | { readonly kind: 'aggregate'; readonly aggregate: Aggregate }
  | {
      readonly kind: 'shuffled';
      readonly shuffleId: number;
      readonly mapPartitions: number;
      readonly aggregate?: Aggregate;
      /** The map side already made combiners of the values. */
      readonly combined: boolean;
      readonly sort?: SortOrder;
    };

/** Which partitions of a parent a partition is made from. */
export type PartitionMap =
  | { readonly kind: 'same' }
  /** Partitions [start, start + length) of the child are the parent's, in order (union). */
  | { readonly kind: 'shifted'; readonly start: number; readonly length: number }
  /** Child partition p reads the parent's partitions groups[p] (coalesce). */
  | { readonly kind: 'groups'; readonly groups: readonly (readonly number[])[] }
  /** Child p reads parent floor(p / divisor) (left side of a product). */
  | { readonly kind: 'quotient'; readonly divisor: number }
  /** Child p reads parent p mod divisor (right side of a product). */
  | { readonly kind: 'remainder'; readonly divisor: number };

/** The parent partitions a child partition reads, in order. */
export function parentPartitions(map: PartitionMap, partition: number): readonly number[] {
  switch (map.kind) {
    case 'same':
      return [partition];
    case 'shifted':
      return partition >= map.start && partition < map.start + map.length ? [partition - map.start] : [];
    case 'groups':
      return map.groups[partition] ?? [];
    case 'quotient':
      return [Math.floor(partition / map.divisor)];
    case 'remainder':
      return [partition % map.divisor];
  }
}

/** A byte range of a text file; lines belong to the range they begin in. `end` absent means the whole file, unsplit. */
export interface TextRange {
  readonly path: string;
  readonly start: number;
  readonly end?: number;
}

/** What a source node reads for one partition. Travels with the task, not with the plan. */
export type TaskInput =
  | { readonly kind: 'frames'; readonly frames: Uint8Array }
  | { readonly kind: 'text'; readonly ranges: readonly TextRange[] }
  | { readonly kind: 'wholeText'; readonly paths: readonly string[] }
  | { readonly kind: 'range'; readonly first: number; readonly count: number; readonly step: number };

/** What a result task makes of its partition; every answer is frames of records. */
export type ResultAction =
  | { readonly kind: 'collect' }
  | { readonly kind: 'count' }
  | { readonly kind: 'take'; readonly limit: number }
  /** The first `limit` records in an order. */
  | { readonly kind: 'ordered'; readonly limit: number; readonly order: SortOrder }
  | { readonly kind: 'reduce'; readonly merge: FunctionRef }
  | { readonly kind: 'aggregate'; readonly zero: Uint8Array; readonly merge: FunctionRef }
  | { readonly kind: 'foreach'; readonly fn: FunctionRef }
  | { readonly kind: 'foreachPartition'; readonly fn: FunctionRef }
  /** [count, …a uniform sample of at most `size` of what `key` makes of the records]. */
  | { readonly kind: 'reservoir'; readonly size: number; readonly seed: number; readonly key?: KeyOf }
  | { readonly kind: 'saveText'; readonly directory: string; readonly gzip: boolean };

/** Where cached partitions are kept. */
export interface StorageLevel {
  readonly memory: boolean;
  readonly disk: boolean;
}
