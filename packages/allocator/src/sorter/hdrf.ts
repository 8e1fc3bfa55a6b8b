// Hierarchical dominant resource fairness without starvation (Bhattacharya, Culler, Friedman, Ghodsi, Shenker, Stoica:
// Hierarchical Scheduling for Diverse Datacenter Workloads, SoCC 2013). What an inner node holds is not the plain sum of
// its children: each child that takes part is scaled down to the least served of them, so that a child whose resource
// nobody else wants does not make its parent look served while a sibling starves.

export interface HdrfNode {
  readonly weight: number;
  /** Whether some leaf of it takes part; others count as they are. */
  readonly takesPart: boolean;
  /** What it holds, in the order of the names of the total. */
  readonly held: readonly number[];
  /** In order of paths; none: a leaf. */
  readonly children: readonly HdrfNode[];
}

const dominant = (amounts: readonly number[], total: readonly number[]): number => {
  let share = 0;
  for (let i = 0; i < total.length; i += 1) share = Math.max(share, amounts[i]! / total[i]!);
  return share;
};

function scaledHoldings({ held, children }: HdrfNode, total: readonly number[]): readonly number[] {
  if (children.length === 0) return held;
  const parts = children.map((child) => {
    const amounts = scaledHoldings(child, total);
    return { child, amounts, share: dominant(amounts, total) };
  });
  let least = Infinity;
  for (const { child, share } of parts) if (child.takesPart) least = Math.min(least, share / child.weight);
  const sum = total.map(() => 0);
  for (const { child, amounts, share } of parts) {
    const factor = child.takesPart && share > 0 ? (least * child.weight) / share : 1;
    for (let i = 0; i < sum.length; i += 1) sum[i]! += amounts[i]! * factor;
  }
  return sum;
}

/** A node's share for its weight. */
export const hdrfShare = (node: HdrfNode, total: readonly number[]): number =>
  dominant(scaledHoldings(node, total), total) / node.weight;
