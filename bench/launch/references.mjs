// What the machine can do without us: processes started by Node, and HTTP posts.
import { spawn } from 'node:child_process';
import { Agent, createServer, request } from 'node:http';

/** Runs `one` `count` times, `atOnce` at a time; rates over tenths of them. */
async function run({ count, atOnce }, one) {
  const latenciesMs = [];
  const rates = [];
  const window = Math.max(1, Math.floor(count / 10));
  let started = 0;
  let windowStart = performance.now();
  const worker = async () => {
    while (started < count) {
      started++;
      const begin = performance.now();
      await one();
      latenciesMs.push(performance.now() - begin);
      if (latenciesMs.length % window === 0) {
        rates.push(window / ((performance.now() - windowStart) / 1000));
        windowStart = performance.now();
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return { latenciesMs, rates };
}

export const nodeSpawns = (options) =>
  run(options, () => new Promise((resolve) => spawn('true', { stdio: 'ignore' }).on('exit', resolve)));

export async function httpPosts({ count, atOnce }) {
  const server = createServer((incoming, outgoing) => {
    incoming.resume();
    incoming.on('end', () => outgoing.writeHead(202).end());
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const { port } = server.address();
  const body = 'x'.repeat(300);
  const result = await run({ count, atOnce }, () => {
    return new Promise((resolve, reject) => {
      const call = request({ port, host: '127.0.0.1', method: 'POST', agent }, (response) => {
        response.resume();
        response.on('end', resolve);
      });
      call.on('error', reject);
      call.end(body);
    });
  });
  agent.destroy();
  server.closeAllConnections();
  return result;
}
