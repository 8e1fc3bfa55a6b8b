// How masters stand for election in ZooKeeper (Mesos, src/zookeeper/group.cpp): children `json.info_<sequence>` of one
// node; the smallest sequence leads.

/** Label of nodes whose data is MasterInfo in JSON, the only form written since Mesos 0.24. */
export const MASTER_LABEL = 'json.info';

/** The name of the leader's node among `children`; undefined where no master stands. Other children are passed over. */
export function leadingChild(children: readonly string[]): string | undefined {
  let best: { name: string; sequence: number } | undefined;
  for (const name of children) {
    const [, label, digits] = /^(.*)_(\d{10})$/.exec(name) ?? [];
    if (label !== MASTER_LABEL || digits === undefined) continue;
    const sequence = Number(digits);
    if (!best || sequence < best.sequence) best = { name, sequence };
  }
  return best?.name;
}
