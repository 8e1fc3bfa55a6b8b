// A master's session with the coordination service: when it leads, and when it has to stop. A model of what the shell
// around an election does: it gives up before the service can, by its own clock.
import { COORDINATION, SESSION_TIMEOUT_MS } from '../world/coordination.js';
import type { CoordinationRequest } from '../world/coordination.js';
import type { Network } from '../world/network.js';
import type { SimProcess } from '../world/process.js';

const HEARTBEAT_MS = SESSION_TIMEOUT_MS / 3;
/** Silence of the service after which a session is taken for lost. */
const GIVE_UP_MS = (SESSION_TIMEOUT_MS * 2) / 3;
const CONNECT_RETRY_MS = 1_000;

export interface SessionHooks {
  elected(epoch: number): void;
  /** The session is over, or may be. */
  lost(reason: string): void;
}

export class Session {
  readonly #process: SimProcess;
  readonly #network: Network;
  readonly #hooks: SessionHooks;
  readonly #address: string;
  #id: number | undefined;
  #epoch: number | undefined;
  #heardAtMs = 0;
  #isOver = false;

  constructor(process: SimProcess, network: Network, { address, hooks }: { address: string; hooks: SessionHooks }) {
    this.#process = process;
    this.#network = network;
    this.#hooks = hooks;
    this.#address = address;
  }

  open(): void {
    this.#connect();
  }

  /** Whether it is sure that nobody else leads. Never true again. */
  get isHeld(): boolean {
    if (this.#isOver || this.#epoch === undefined) return false;
    if (this.#nowMs() - this.#heardAtMs <= GIVE_UP_MS) return true;
    this.#isOver = true;
    this.#process.after(0, () => this.#hooks.lost('the coordination service was silent for too long'));
    return false;
  }

  #connect(): void {
    const { name } = this.#process;
    this.#ask({ type: 'connect', owner: name, address: this.#address }, (body) => {
      const { session, epoch } = body as { session: number; epoch: number | undefined };
      this.#id = session;
      this.#onEpoch(epoch);
      this.#process.after(HEARTBEAT_MS, () => this.#beat());
    });
  }

  #beat(): void {
    if (this.#isOver || this.#id === undefined) return;
    if (this.#nowMs() - this.#heardAtMs > GIVE_UP_MS) return this.#lose('the coordination service is silent');
    this.#ask({ type: 'heartbeat', session: this.#id }, (body) =>
      this.#onEpoch((body as { epoch: number | undefined }).epoch),
    );
    this.#process.after(HEARTBEAT_MS / 2, () => this.#beat());
  }

  #ask(request: CoordinationRequest, then: (body: unknown) => void): void {
    const askedAtMs = this.#nowMs();
    this.#network.request(this.#process, COORDINATION, request, (answer) => {
      if (this.#isOver) return;
      if (answer instanceof Error) {
        if (request.type === 'connect') this.#process.after(CONNECT_RETRY_MS, () => this.#connect());
      } else if (answer.status === 200) {
        // Counted from the question: the service may have heard it at once and answered late.
        this.#heardAtMs = Math.max(this.#heardAtMs, askedAtMs);
        then(answer.body);
      } else this.#lose(answer.text);
    });
  }

  /** Answers can overtake each other; who leads does so until the session ends. */
  #onEpoch(epoch: number | undefined): void {
    if (epoch === undefined || this.#epoch !== undefined) return;
    this.#epoch = epoch;
    this.#hooks.elected(epoch);
  }

  #lose(reason: string): void {
    this.#isOver = true;
    this.#hooks.lost(reason);
  }

  #nowMs(): number {
    return this.#process.world.nowMs / this.#process.timerRate;
  }
}
