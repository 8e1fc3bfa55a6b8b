// The registry's records in the coordination service, behind the port of the production registrar. Like its ZooKeeper
// storage it tries again after a lost answer, and a write that was refused says that another master owns the registry.
import { RegistryError } from '@mini-mesos/master';
import type { RegistryStorage, RegistryWrite } from '@mini-mesos/master';
import { COORDINATION } from '../world/coordination.js';
import type { CoordinationRequest } from '../world/coordination.js';
import type { Network } from '../world/network.js';
import type { SimProcess } from '../world/process.js';

const RETRY_MS = 200;

export class SimStorage implements RegistryStorage {
  readonly place = 'zk://zk/mesos/registry';
  readonly copies = 3;
  readonly recordMaxBytes = 512 * 1024;
  readonly #process: SimProcess;
  readonly #network: Network;
  readonly #epoch: number;
  #claim = 0;
  #writes = 0;
  #isClosed = false;

  /** For the leader of that epoch. */
  constructor(process: SimProcess, network: Network, epoch: number) {
    this.#process = process;
    this.#network = network;
    this.#epoch = epoch;
  }

  async claim(_owner: string): Promise<void> {
    const { claim } = (await this.#ask({ type: 'claim', epoch: this.#epoch })) as { claim: number };
    this.#claim = claim;
  }

  async read(): Promise<ReadonlyMap<string, Buffer>> {
    const { records } = (await this.#ask({ type: 'read' })) as { records: Map<string, Buffer> };
    return records;
  }

  async write(change: RegistryWrite): Promise<void> {
    const id = `${this.#epoch}.${this.#claim}.${++this.#writes}`;
    await this.#ask({ type: 'write', epoch: this.#epoch, claim: this.#claim, id, change });
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return Promise.resolve();
  }

  /** Until there is an answer. The registrar sets the time limit. */
  #ask(request: CoordinationRequest): Promise<unknown> {
    const { world } = this.#process;
    return new Promise((resolve, reject) => {
      const attempt = (): void =>
        this.#network.request(this.#process, COORDINATION, request, (answer) => {
          world.touchPromises();
          if (answer instanceof Error) {
            if (!this.#isClosed) this.#process.after(RETRY_MS, attempt);
          } else if (answer.status === 200) resolve(answer.body);
          else reject(new RegistryError('fenced', `the registry at ${this.place} has another owner`));
        });
      attempt();
    });
  }
}
