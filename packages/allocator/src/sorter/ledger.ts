// What one node of a sorter holds, agent by agent, and the quantities of the scalars among it. A shared volume counts
// once per agent, however many copies of it are held; that is why resources are kept and not just sums.
import { Quantities, Resources } from '@mini-mesos/resources';

interface Entry {
  readonly resources: Resources;
  readonly quantities: Quantities;
}

const NOTHING: Entry = { resources: Resources.EMPTY, quantities: Quantities.EMPTY };

export class Ledger {
  readonly #byAgent: Map<string, Entry>;
  #quantities: Quantities;

  private constructor(byAgent: Map<string, Entry>, quantities: Quantities) {
    this.#byAgent = byAgent;
    this.#quantities = quantities;
  }

  static empty(): Ledger {
    return new Ledger(new Map(), Quantities.EMPTY);
  }

  copy(): Ledger {
    return new Ledger(new Map(this.#byAgent), this.#quantities);
  }

  get isEmpty(): boolean {
    return this.#byAgent.size === 0;
  }

  /** Of the scalars on all agents, each shared volume once. */
  get quantities(): Quantities {
    return this.#quantities;
  }

  /** Ids of the agents on which something is held. */
  get agentIds(): Iterable<string> {
    return this.#byAgent.keys();
  }

  on(agentId: string): Resources {
    return this.#byAgent.get(agentId)?.resources ?? Resources.EMPTY;
  }

  /** `resources` must have no allocation, here and below. */
  add(agentId: string, resources: Resources): void {
    this.#set(agentId, this.on(agentId).plus(resources));
  }

  /** @throws {RangeError} where so much is not held */
  subtract(agentId: string, resources: Resources): void {
    const held = this.on(agentId);
    if (!held.contains(resources)) {
      throw new RangeError(`cannot take ${resources} from the ${held} held on agent ${agentId}`);
    }
    this.#set(agentId, held.minus(resources));
  }

  #set(agentId: string, resources: Resources): void {
    const before = this.#byAgent.get(agentId) ?? NOTHING;
    const after = resources.isEmpty ? NOTHING : { resources, quantities: Quantities.fromScalars(resources) };
    this.#quantities = this.#quantities.minus(before.quantities).plus(after.quantities);
    if (after === NOTHING) this.#byAgent.delete(agentId);
    else this.#byAgent.set(agentId, after);
  }
}
