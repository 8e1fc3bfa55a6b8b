// Files of an agent, through the master's tunnel: so only the master has to be reachable from here.
import type { AgentStateMessage, FileMessage } from '../core/cluster/messages.js';
import type { MasterClient } from './master-client.js';
import { refused } from './master-client.js';

/** Bytes asked for at once: a piece of the tunnel. */
export const PIECE_BYTES = 1024 * 1024;

export interface Piece {
  readonly bytes: Buffer;
  /** Of the whole file, when it was read. */
  readonly size: number;
}

export class AgentFiles {
  readonly #client: MasterClient;
  readonly #root: string;

  constructor(client: MasterClient, agentId: string) {
    this.#client = client;
    this.#root = `/agents/${encodeURIComponent(agentId)}`;
  }

  state(): Promise<AgentStateMessage> {
    return this.#client.read<AgentStateMessage>(`${this.#root}/state`);
  }

  /** What a directory holds; undefined where there is none. A file holds nothing. */
  async browse(path: string): Promise<FileMessage[] | undefined> {
    const call = { method: 'GET', path: `${this.#root}/files/browse?path=${encodeURIComponent(path)}` } as const;
    const answer = await this.#client.call(call);
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw refused(call, answer);
    return JSON.parse(answer.body.toString()) as FileMessage[];
  }

  /** At most PIECE_BYTES from `offset`, none at the end of the file; undefined where there is no such file. */
  async read(path: string, offset: number): Promise<Piece | undefined> {
    const call = {
      method: 'GET',
      path: `${this.#root}/files/download?path=${encodeURIComponent(path)}`,
      headers: { range: `bytes=${offset}-${offset + PIECE_BYTES - 1}` },
    } as const;
    const answer = await this.#client.call(call);
    const total = Number(/\/(\d+)$/.exec(answer.headers['content-range'] ?? '')?.[1] ?? NaN);
    switch (answer.status) {
      case 206:
        return { bytes: answer.body, size: Number.isNaN(total) ? offset + answer.body.length : total };
      case 200:
        // Ranges are not for everybody: then the whole file came.
        return { bytes: answer.body.subarray(offset), size: answer.body.length };
      case 416:
        return { bytes: Buffer.alloc(0), size: Number.isNaN(total) ? offset : total };
      case 404:
        return undefined;
      default:
        throw refused(call, answer);
    }
  }
}
