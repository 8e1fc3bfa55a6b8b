// Orders by lot for the fast allocator: who has how many chances is worked out once and again after changes.
import { hashText, mix } from '../hash.js';
import type { FastCluster } from './cluster.js';
import type { Client, RoleRecord } from './entities.js';
import { Lottery } from './lottery.js';
import type { RoleSortNode } from './role-sorter.js';

type Node = RoleSortNode<RoleRecord>;

/** Of all roles. Chances multiply down the tree. */
export class RoleLots {
  readonly #cluster: FastCluster;
  readonly #lottery = new Lottery();
  #roles: RoleRecord[] = [];
  #revision = -1;

  constructor(cluster: FastCluster) {
    this.#cluster = cluster;
  }

  shake(draw: number): void {
    const { roleSorter, settings } = this.#cluster;
    if (this.#revision !== roleSorter.revision) this.#collect();
    this.#revision = roleSorter.revision;
    this.#lottery.shake(mix(settings.seed, draw));
  }

  draw(): RoleRecord | undefined {
    const at = this.#lottery.draw();
    return at < 0 ? undefined : this.#roles[at];
  }

  #collect(): void {
    this.#roles = [];
    const hashes: number[] = [];
    const chances: number[] = [];
    const { weight } = this.#cluster.book;
    const below = (node: Node, chance: number): void => {
      const children = [...node.children.values()].filter((child) => this.#cluster.roleSorter.takesPart(child));
      let weights = 0;
      for (const { row } of children) weights += weight[row]!;
      for (const child of children) {
        const part = (chance * weight[child.row]!) / weights;
        if (child.leaf === undefined) {
          below(child, part);
          continue;
        }
        this.#roles.push(child.leaf);
        hashes.push(hashText(child.path));
        chances.push(part);
      }
    };
    below(this.#cluster.roleSorter.root, 1);
    this.#lottery.setTickets(
      this.#roles.map(({ name }) => name),
      hashes,
      chances,
    );
  }
}

/** Of the frameworks of one role after the other. */
export class FrameworkLots {
  readonly #cluster: FastCluster;
  readonly #lotteries = new WeakMap<RoleRecord, { lottery: Lottery; clients: readonly Client[]; revision: number }>();
  #lottery = new Lottery();
  #clients: readonly Client[] = [];

  constructor(cluster: FastCluster) {
    this.#cluster = cluster;
  }

  shake(role: RoleRecord, draw: number): void {
    let known = this.#lotteries.get(role);
    if (known === undefined || known.revision !== role.revision) {
      const clients = role.clients.filter(({ isActive }) => isActive);
      const ids = clients.map(({ framework }) => framework.id);
      const lottery = new Lottery();
      lottery.setTickets(
        ids,
        ids.map(hashText),
        ids.map(() => 1 / ids.length),
      );
      known = { lottery, clients, revision: role.revision };
      this.#lotteries.set(role, known);
    }
    this.#lottery = known.lottery;
    this.#clients = known.clients;
    this.#lottery.shake(mix(this.#cluster.seedOf(role.name), draw));
  }

  draw(): Client | undefined {
    const at = this.#lottery.draw();
    return at < 0 ? undefined : this.#clients[at];
  }
}
