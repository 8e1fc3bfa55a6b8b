// Listens for executors in other processes.
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { ToDriver, ToExecutor } from '../protocol.js';
import { SocketPeer } from '../rpc/socket-peer.js';
import { driverEndpoint, type DriverServices } from './driver-endpoint.js';

/** Connections at a time; each executor has one. Further ones are closed. */
const CONNECTIONS_MAX = 20_000;

export class DriverServer {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  private constructor(services: DriverServices) {
    this.server = createServer((socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
      SocketPeer.over<ToDriver, ToExecutor>(socket, (peer) => driverEndpoint(services, peer));
    });
    this.server.maxConnections = CONNECTIONS_MAX;
  }

  /** Rejects when the address cannot be listened on; the message names the property to change. */
  static async listen(
    services: DriverServices,
    { bindAddress, port }: { bindAddress: string; port: number },
  ): Promise<DriverServer> {
    const driver = new DriverServer(services);
    driver.server.listen({ host: bindAddress, port });
    try {
      await once(driver.server, 'listening');
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(
        `the driver cannot listen on ${bindAddress}:${port} (spark.driver.bindAddress, spark.driver.port): ${reason}`,
        { cause },
      );
    }
    return driver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroySoon();
  }
}
