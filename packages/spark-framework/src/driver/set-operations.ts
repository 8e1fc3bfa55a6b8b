// Operations that treat datasets as collections, and those that combine several of them.
import type { NarrowEdge } from '../core/plan/lineage.js';
import { Dataset, derive, nameAtCaller, SAME } from './dataset.js';
import { aggregated, cogrouped } from './shuffling.js';
import { checkPartitions } from './sources.js';

export function union(parents: readonly [Dataset, ...Dataset[]]): Dataset {
  return new Dataset(parents[0].host, nameAtCaller('union'), async () => {
    const nodes = await Promise.all(parents.map((parent) => parent.plan()));
    let start = 0;
    const edges = nodes.map((node): NarrowEdge => {
      const edge: NarrowEdge = {
        kind: 'narrow',
        parent: node,
        map: { kind: 'shifted', start, length: node.partitions },
      };
      start += node.partitions;
      return edge;
    });
    return { operation: { kind: 'concat' }, edges, partitions: start };
  });
}

/** Neighbouring partitions in groups of about the same number. */
export function coalesce(parent: Dataset, partitions: number): Dataset {
  checkPartitions(partitions, 'coalesce');
  return new Dataset(parent.host, nameAtCaller('coalesce'), async () => {
    const node = await parent.plan();
    const count = Math.min(partitions, node.partitions);
    const groups = Array.from({ length: count }, (_, index) => {
      const from = Math.floor((index * node.partitions) / count);
      const to = Math.floor(((index + 1) * node.partitions) / count);
      return Array.from({ length: to - from }, (_unused, offset) => from + offset);
    });
    return {
      operation: { kind: 'concat' },
      edges: [{ kind: 'narrow', parent: node, map: { kind: 'groups', groups } }],
      partitions: count,
    };
  });
}

export function zip(left: Dataset, right: Dataset): Dataset {
  return new Dataset(left.host, nameAtCaller('zip'), async () => {
    const [a, b] = await Promise.all([left.plan(), right.plan()]);
    if (a.partitions !== b.partitions) {
      throw new Error(
        `zip needs the same number of partitions: ${left.name} has ${a.partitions}, ${right.name} has ${b.partitions}`,
      );
    }
    const edges: NarrowEdge[] = [a, b].map((node) => ({ kind: 'narrow', parent: node, map: SAME }));
    return { operation: { kind: 'zip' }, edges, partitions: a.partitions };
  });
}

export function cartesian(left: Dataset, right: Dataset): Dataset {
  return new Dataset(left.host, nameAtCaller('cartesian'), async () => {
    const [a, b] = await Promise.all([left.plan(), right.plan()]);
    const divisor = b.partitions;
    const edges: NarrowEdge[] = [
      { kind: 'narrow', parent: a, map: { kind: 'quotient', divisor } },
      { kind: 'narrow', parent: b, map: { kind: 'remainder', divisor } },
    ];
    return { operation: { kind: 'cartesian' }, edges, partitions: a.partitions * b.partitions };
  });
}

function withNull(parent: Dataset): Dataset {
  return derive(parent, nameAtCaller('map'), { operation: { kind: 'map', fn: '#withNull' } });
}

function keysOf(parent: Dataset, operation: string): Dataset {
  return derive(parent, nameAtCaller(operation), { operation: { kind: 'keys' } });
}

export function distinct(parent: Dataset, partitions: number | undefined): Dataset {
  const aggregate = { kind: 'reduce', merge: '#first' } as const;
  const once = aggregated(withNull(parent), {
    operation: 'distinct',
    aggregate,
    functions: [],
    mapSideCombine: true,
    partitions,
  });
  return keysOf(once, 'distinct');
}

export function intersection(left: Dataset, right: Dataset, partitions: number | undefined): Dataset {
  const groups = cogrouped([withNull(left), withNull(right)], 'intersection', partitions);
  const both = derive(groups, nameAtCaller('intersection'), { operation: { kind: 'filter', fn: '#intersect' } });
  return keysOf(both, 'intersection');
}

/** Records of the left that are not in the right, as often as they occur. */
export function subtract(left: Dataset, right: Dataset, partitions: number | undefined): Dataset {
  const groups = cogrouped([withNull(left), withNull(right)], 'subtract', partitions);
  const kept = derive(groups, nameAtCaller('subtract'), {
    operation: { kind: 'flatMapValues', fn: '#subtractValues' },
  });
  return keysOf(kept, 'subtract');
}

/** [record, count] pairs. */
export function countsByValue(parent: Dataset): Dataset {
  const ones = derive(parent, nameAtCaller('countByValue'), { operation: { kind: 'map', fn: '#withOne' } });
  return aggregated(ones, {
    operation: 'countByValue',
    aggregate: { kind: 'reduce', merge: '#add' },
    functions: [],
    mapSideCombine: true,
  });
}
