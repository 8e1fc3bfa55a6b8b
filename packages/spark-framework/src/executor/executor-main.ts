// Entry of an executor process:
//   node executor-main.js --driver host:port --id 3 --cores 2 --memory-mib 1024 [--hostname name] [--work-dir folder]
// The application's token comes in the environment, as command lines are visible to everybody on the machine.
// It ends when the driver is gone, so nothing outlives its application.
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SparkConf } from '../core/conf/spark-conf.js';
import { SocketPeer } from '../rpc/socket-peer.js';
import type { PeerHandlers } from '../rpc/peer.js';
import type { ToDriver, ToExecutor, Welcome } from '../protocol.js';
import { Executor } from './executor.js';
import { executorSettings } from './settings.js';

/** Environment variable with the application's token. */
const TOKEN_VARIABLE = 'SPARK_EXECUTOR_TOKEN';
const CONNECT_ATTEMPTS = 5;
const CONNECT_WAIT_MS = 1000;

interface Arguments {
  driverHost: string;
  driverPort: number;
  executorId: string;
  cores: number;
  memoryMiB: number;
  hostname: string;
  workDirectory: string;
}

function readArguments(): Arguments {
  const { values } = parseArgs({
    options: {
      driver: { type: 'string' },
      id: { type: 'string' },
      cores: { type: 'string' },
      'memory-mib': { type: 'string' },
      hostname: { type: 'string' },
      'work-dir': { type: 'string' },
    },
  });
  const { driver = '', id = '', cores = '1', hostname: name = hostname() } = values;
  const colon = driver.lastIndexOf(':');
  const driverPort = Number(driver.slice(colon + 1));
  if (colon <= 0 || !Number.isInteger(driverPort) || id === '') {
    throw new Error('executor-main is started by a Spark driver: it needs --driver host:port and --id');
  }
  return {
    driverHost: driver.slice(0, colon).replace(/^\[|\]$/g, ''),
    driverPort,
    executorId: id,
    cores: Math.max(1, Number(cores) || 1),
    memoryMiB: Number(values['memory-mib']) || 1024,
    hostname: name,
    workDirectory: values['work-dir'] ?? process.env['MESOS_SANDBOX'] ?? process.cwd(),
  };
}

async function connectToDriver(host: string, port: number): Promise<Socket> {
  for (let attempt = 1; ; attempt++) {
    const socket = connect({ host, port });
    try {
      await once(socket, 'connect');
      return socket;
    } catch (error) {
      socket.destroy();
      if (attempt >= CONNECT_ATTEMPTS)
        throw new Error(`cannot connect to the driver at ${host}:${port}`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, CONNECT_WAIT_MS));
    }
  }
}

/** Messages and ends that come before the executor exists wait for it. */
class LateHandlers implements PeerHandlers<ToExecutor> {
  private target: PeerHandlers<ToExecutor> | undefined;

  setTarget(target: PeerHandlers<ToExecutor>): void {
    this.target = target;
  }

  notice(message: ToExecutor): void {
    this.target?.notice(message);
  }

  async request(method: string, ask: unknown): Promise<unknown> {
    if (this.target === undefined) throw new Error('the executor is not ready');
    return this.target.request(method, ask);
  }

  closed(reason: string): void {
    if (this.target === undefined) leave(1, `the connection to the driver ended: ${reason}`);
    this.target?.closed(reason);
  }
}

function leave(code: number, reason: string): void {
  process.stderr.write(`executor: ${reason}\n`);
  process.exit(code);
}

async function main(): Promise<void> {
  const options = readArguments();
  const token = process.env[TOKEN_VARIABLE];
  if (token === undefined) throw new Error(`${TOKEN_VARIABLE} is not set`);
  // Functions run in this process: what they need not know is not left lying around.
  delete process.env[TOKEN_VARIABLE];
  const socket = await connectToDriver(options.driverHost, options.driverPort);
  const address = socket.localAddress ?? '127.0.0.1';
  const late = new LateHandlers();
  const peer = SocketPeer.over<ToExecutor, ToDriver>(socket, () => late);
  const { conf: given } = (await peer.request('hello', { executorId: options.executorId, token })) as Welcome;
  const conf = new SparkConf({ program: given });
  let stopping = false;
  const executor = new Executor(peer, {
    ...executorSettings(conf, options),
    executorId: options.executorId,
    cores: options.cores,
    host: options.hostname,
    serve: { address, port: conf.integer('spark.blockManager.port') ?? 0 },
    token,
    localDirectory: join(
      conf.text('spark.local.dir') ?? options.workDirectory,
      `spark-executor-${options.executorId}-${process.pid}`,
    ),
    logs: options.workDirectory,
    ended: (reason) => {
      if (stopping) return;
      stopping = true;
      void executor.stop().finally(() => leave(0, reason));
    },
  });
  late.setTarget(executor.handlers());
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void executor.stop().finally(() => leave(0, `ended by ${signal}`)));
  }
  await executor.start();
  process.stderr.write(
    `executor: ${options.executorId} registered with ${options.driverHost}:${options.driverPort}, ${options.cores} cores\n`,
  );
}

main().catch((error: unknown) => leave(1, error instanceof Error ? (error.stack ?? error.message) : String(error)));
