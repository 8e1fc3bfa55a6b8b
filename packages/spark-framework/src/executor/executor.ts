// An executor: runs tasks the driver sends on its worker threads, keeps blocks and map outputs, serves them to others.
// The same class runs in a process of its own (executor-main.ts) and inside the driver (local mode).
import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Peer, PeerHandlers } from '../rpc/peer.js';
import type { DriverRequests, ToDriver, ToExecutor } from '../protocol.js';
import { resultBlockId } from '../protocol.js';
import { BlockStore } from './block-store.js';
import { Bundles } from './bundles.js';
import { DataServer } from './data-server.js';
import { MapOutputFiles } from './map-output-files.js';
import type { MemoryLayout } from './memory-layout.js';
import { SharedValues } from './shared-values.js';
import { WorkerPool } from './worker-pool.js';
import type { BlockAnswer, FetchSettings, FromWorker, Segment, WorkerRequests } from './worker/messages.js';

export interface ExecutorOptions {
  readonly executorId: string;
  readonly cores: number;
  /** Name of the machine. */
  readonly host: string;
  /** Address other executors reach this one at; absent when it is the only one. */
  readonly serve?: { readonly address: string; readonly port: number };
  readonly token: string;
  readonly memory: MemoryLayout;
  readonly directResultBytesMax: number;
  readonly localDirectory: string;
  readonly fetch: FetchSettings;
  readonly killGraceMs: number;
  readonly heartbeatIntervalMs: number;
  readonly logs?: string;
  /** The driver is gone, or said to stop. */
  ended(reason: string): void;
}

export class Executor {
  private readonly options: ExecutorOptions;
  private readonly driver: Peer<ToDriver>;
  private readonly outputs = new MapOutputFiles();
  private readonly blocks: BlockStore;
  private readonly pool: WorkerPool;
  private readonly values: SharedValues;
  private readonly bundles: Bundles;
  private readonly lost = new Set<string>();
  private server: DataServer | undefined;
  private heartbeat: NodeJS.Timeout | undefined;

  constructor(driver: Peer<ToDriver>, options: ExecutorOptions) {
    this.driver = driver;
    this.options = options;
    mkdirSync(options.localDirectory, { recursive: true });
    this.values = new SharedValues((id, offset, length) => this.askDriver('broadcast', { id, offset, length }));
    this.bundles = new Bundles(options.localDirectory, (hash, offset, length) =>
      this.askDriver('bundle', { hash, offset, length }),
    );
    this.blocks = new BlockStore({
      memoryBytesMax: options.memory.storageBytes,
      directory: options.localDirectory,
      events: {
        added: (block) => driver.notify({ type: 'blockAdded', ...block }),
        removed: (blockId) => driver.notify({ type: 'blockRemoved', blockId }),
      },
    });
    this.pool = this.createPool();
  }

  private createPool(): WorkerPool {
    const { executorId, memory, directResultBytesMax, localDirectory, token, fetch, cores, killGraceMs } = this.options;
    return new WorkerPool({
      threads: cores,
      memory,
      killGraceMs,
      data: { executorId, taskMemoryBytes: memory.taskMemoryBytes, directResultBytesMax, localDirectory, token, fetch },
      done: (done) => this.taskDone(done),
      answer: (method, ask) => this.answerWorker(method, ask),
    });
  }

  /** Opens the data port and registers with the driver. Rejects when the driver refuses. */
  async start(): Promise<void> {
    const { serve, token, executorId, host, cores, logs, heartbeatIntervalMs } = this.options;
    if (serve !== undefined) {
      this.server = await DataServer.listen({
        host: serve.address,
        port: serve.port,
        token,
        outputs: this.outputs,
        blocks: this.blocks,
      });
    }
    await this.askDriver('register', {
      executorId,
      host,
      dataHost: serve?.address ?? 'localhost',
      dataPort: this.server?.port ?? 0,
      cores,
      pid: process.pid,
      ...(logs === undefined ? {} : { logs }),
    });
    this.heartbeat = setInterval(
      () => this.driver.notify({ type: 'heartbeat', running: this.pool.running }),
      heartbeatIntervalMs,
    );
  }

  /** What to do with the driver's messages; given to the connection. */
  handlers(): PeerHandlers<ToExecutor> {
    return {
      notice: (message) => this.receive(message),
      request: (method, ask) => this.answerDriver(method, ask),
      closed: (reason) => this.options.ended(`the connection to the driver ended: ${reason}`),
    };
  }

  /** Ends threads and server and removes the local files. */
  async stop(): Promise<void> {
    clearInterval(this.heartbeat);
    this.server?.close();
    await this.pool.close();
    await rm(this.options.localDirectory, { recursive: true, force: true });
  }

  private askDriver<M extends keyof DriverRequests>(
    method: M,
    ask: DriverRequests[M]['ask'],
  ): Promise<DriverRequests[M]['answer']> {
    return this.driver.request(method, ask) as Promise<DriverRequests[M]['answer']>;
  }

  private receive(message: ToExecutor): void {
    switch (message.type) {
      case 'plan':
        return this.pool.addPlan(message.plan);
      case 'dropPlans':
        return this.pool.dropPlans(message.planIds);
      case 'launch':
        return this.pool.run(message.task);
      case 'kill':
        return this.pool.kill(message.taskId, message.reason);
      case 'removeRdd':
        return this.blocks.removeDataset(message.rddId);
      case 'removeShuffle':
        return this.outputs.removeShuffle(message.shuffleId);
      case 'removeBroadcast':
        this.values.drop(message.id);
        return this.pool.dropBroadcast(message.id);
      case 'removeBlock':
        return this.blocks.remove(message.blockId);
      case 'executorLost':
        this.lost.add(message.executorId);
        return;
      case 'stop':
        return this.options.ended(message.reason);
    }
  }

  private async answerDriver(method: string, ask: unknown): Promise<unknown> {
    if (method !== 'readBlock') throw new Error(`unknown question ${method}`);
    const { blockId, offset, length } = ask as { blockId: string; offset: number; length: number };
    const block = this.blocks.get(blockId);
    if (block === undefined || !('bytes' in block)) throw new Error(`block ${blockId} is not here (any more)`);
    const end = Math.min(block.bytes.byteLength, offset + length);
    return { bytes: Buffer.from(new Uint8Array(block.bytes, offset, end - offset)) };
  }

  private taskDone({ taskId, result, mapOutput, stored }: Extract<FromWorker, { type: 'done' }>): void {
    if (mapOutput !== undefined) this.outputs.add(mapOutput, taskId);
    if (stored !== undefined) this.blocks.putResult(resultBlockId(taskId), stored);
    this.driver.notify({ type: 'taskDone', taskId, result });
  }

  private async answerWorker(method: keyof WorkerRequests, ask: unknown): Promise<unknown> {
    switch (method) {
      case 'segments':
        return this.segments(ask as WorkerRequests['segments']['ask']);
      case 'isLost':
        return this.lost.has((ask as WorkerRequests['isLost']['ask']).executorId);
      case 'readBlock':
        return this.readBlock((ask as WorkerRequests['readBlock']['ask']).blockId);
      case 'storeBlock': {
        const { blockId, ...block } = ask as WorkerRequests['storeBlock']['ask'];
        return this.blocks.put(blockId, block);
      }
      case 'broadcast':
        return this.values.get((ask as WorkerRequests['broadcast']['ask']).id);
      case 'bundle':
        return this.bundles.folder((ask as WorkerRequests['bundle']['ask']).hash);
    }
  }

  private readBlock(blockId: string): BlockAnswer {
    const block = this.blocks.get(blockId);
    if (block === undefined) return { kind: 'none' };
    return 'path' in block ? { kind: 'disk', path: block.path } : { kind: 'memory', bytes: block.bytes };
  }

  private async segments({
    shuffleId,
    reducePartition,
  }: WorkerRequests['segments']['ask']): Promise<WorkerRequests['segments']['answer']> {
    const { locations, at, taskIds, bytes } = await this.askDriver('mapOutputs', { shuffleId, reducePartition });
    const segments: Segment[] = [];
    const missing: number[] = [];
    for (let mapPartition = 0; mapPartition < at.length; mapPartition++) {
      const location = locations[at[mapPartition] as number];
      const taskId = taskIds[mapPartition] as number;
      if (location === undefined) missing.push(mapPartition);
      else if ((bytes[mapPartition] as number) > 0)
        segments.push(this.segment({ mapPartition, taskId, location }, { shuffleId, reducePartition }));
    }
    return { segments, missing };
  }

  private segment(segment: Segment, of: { shuffleId: number; reducePartition: number }): Segment {
    if (segment.location.executorId !== this.options.executorId) return segment;
    const { mapPartition, taskId } = segment;
    const local = this.outputs.find({ ...of, mapPartition, taskId });
    // An output that should be here but is not is reported by the reader as a failed fetch.
    return { ...segment, local: local ?? { path: `(output ${mapPartition} is not here)`, extents: [0, 1] } };
  }
}
