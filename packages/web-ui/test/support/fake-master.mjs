// A stand-in for a master, for looking at the UI and for its tests: serves dist/ and answers what the UI asks from a
// simulated cluster. No dependencies; `node fake-master.mjs --help` tells how to start it.
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FakeCluster } from './fake-cluster.mjs';
import { FakeSandboxes } from './fake-sandboxes.mjs';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/**
 * Starts one. `stepMs` is the pace at which the cluster lives by itself; 0 leaves all changes to the caller.
 * The master it returns has `cluster` and `sandboxes` to change things, and `faults` to make things fail.
 */
export async function startFakeMaster({
  port = 0,
  stepMs = 0,
  heartbeatMs = 15_000,
  cluster: options = {},
  name = 'harbour',
} = {}) {
  const cluster = new FakeCluster(options);
  const sandboxes = new FakeSandboxes(cluster);
  const streams = new Set();
  const requests = [];
  const faults = {
    refusesStreams: false,
    isNotLeading: false,
    refusesKills: undefined,
    failsPolls: false,
    isSilent: false,
  };

  cluster.onEvent = (event) => {
    for (const stream of streams) send(stream, event);
  };

  const master = { cluster, sandboxes, faults, requests, streams, name, heartbeatMs };
  const server = createServer((request, response) => {
    handle(master, request, response).catch((error) => {
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' });
      response.end(String(error?.stack ?? error));
    });
  });
  const timers = [
    setInterval(() => {
      for (const stream of faults.isSilent ? [] : streams) send(stream, { type: 'HEARTBEAT' });
    }, heartbeatMs),
  ];
  if (stepMs > 0) {
    timers.push(
      setInterval(() => {
        cluster.step(stepMs);
        sandboxes.grow();
      }, stepMs),
    );
  }
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = async () => {
    for (const timer of timers) clearInterval(timer);
    for (const stream of streams) stream.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return Object.assign(master, {
    url: `http://127.0.0.1:${server.address().port}`,
    port: server.address().port,
    /** Ends all streams of events, as a master that goes away does. */
    dropStreams() {
      for (const stream of streams) stream.destroy();
      streams.clear();
    },
    close,
  });
}

function send(stream, event) {
  const body = Buffer.from(JSON.stringify(event));
  stream.write(Buffer.concat([Buffer.from(`${body.length}\n`), body]));
}

const json = (response, body, status = 200) => {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
};

const text = (response, status, body, headers = {}) => {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers });
  response.end(body);
};

async function handle(master, request, response) {
  const url = new URL(request.url, 'http://fake');
  const body = await readBody(request);
  if (url.pathname !== '/metrics/snapshot') master.requests.push({ method: request.method, path: request.url, body });
  const { cluster, faults, name } = master;
  if (faults.isNotLeading && request.method === 'POST') {
    response.writeHead(307, { location: '//127.0.0.1:9' });
    response.end();
    return;
  }
  if (url.pathname === '/api/v1') return call(master, JSON.parse(body), response);
  if (url.pathname === '/kill') return kill(master, JSON.parse(body), response);
  if (url.pathname.startsWith('/agents/')) return tunnel(master, url, request, response);
  if (faults.failsPolls) return text(response, 503, 'the master is busy');
  if (url.pathname === '/metrics/snapshot') return json(response, cluster.metrics());
  if (url.pathname === '/allocator/explain') return json(response, explain(cluster, url.searchParams));
  if (url.pathname === '/roles') return json(response, { roles: cluster.roles() });
  if (url.pathname === '/flags')
    return json(response, { flags: { cluster: name, offer_timeout: '30secs', port: '5050' } });
  if (url.pathname === '/version') return json(response, { version: '0.1.0', build_date: '2026-11-20' });
  return serveFile(url.pathname, request, response);
}

/** Two reasons, whoever asks; one where the question is of one agent. */
function explain(cluster, asked) {
  const framework = cluster.frameworks.get(asked.get('framework'))?.framework_info;
  const agentId = asked.get('agent') ?? [...cluster.agents.keys()][0];
  const role = framework?.roles?.[0] ?? framework?.role ?? 'dev';
  const sentence = `${framework?.name} refused cpus:2 of agent ${agentId} for another 4.2 s`;
  const refused = { role, agentId, agents: 1, reason: { kind: 'filter' }, sentence };
  const others = cluster.agents.size - 1;
  const taken = {
    role,
    agentId,
    agents: others,
    reason: { kind: 'lower-share' },
    sentence: 'web-shop has a lower share',
  };
  return { sentence, verdicts: asked.has('agent') ? [refused] : [refused, taken] };
}

async function readBody(request) {
  let body = '';
  for await (const piece of request) body += piece;
  return body;
}

function call(master, { type, teardown }, response) {
  const { cluster, streams, faults, heartbeatMs } = master;
  switch (type) {
    case 'SUBSCRIBE':
      if (faults.refusesStreams) return text(response, 503, 'No leading master elected');
      response.writeHead(200, { 'content-type': 'application/json' });
      streams.add(response);
      response.on('close', () => streams.delete(response));
      send(response, {
        type: 'SUBSCRIBED',
        subscribed: { get_state: cluster.getState(), heartbeat_interval_seconds: heartbeatMs / 1000 },
      });
      return send(response, { type: 'HEARTBEAT' });
    case 'GET_AGENTS':
      return json(response, { type, get_agents: cluster.getAgents() });
    case 'GET_FRAMEWORKS':
      return json(response, { type, get_frameworks: cluster.getFrameworks() });
    case 'GET_EXECUTORS':
      return json(response, { type, get_executors: cluster.getExecutors() });
    case 'GET_MASTER':
      return json(response, { type, get_master: getMaster(master) });
    case 'TEARDOWN':
      return cluster.tearDown(teardown.framework_id.value)
        ? text(response, 200, '')
        : text(response, 400, 'No framework found with specified ID');
    default:
      return text(response, 501, `the fake master knows no ${type}`);
  }
}

function getMaster({ cluster, port }) {
  return {
    master_info: {
      id: cluster.masterId,
      ip: 16777343,
      port,
      hostname: 'master-1.example.net',
      address: { hostname: 'master-1.example.net', ip: '127.0.0.1', port: 5050 },
      version: '0.1.0',
    },
    start_time: cluster.startMs / 1000,
    elected_time: cluster.startMs / 1000,
  };
}

function kill({ cluster, faults }, { framework_id: framework, task_id: task }, response) {
  if (faults.refusesKills !== undefined) return text(response, 403, faults.refusesKills);
  const found = cluster.tasks.get(`${framework}/${task}`);
  if (!found) return text(response, 404, `no task ${task} of framework ${framework}`);
  cluster.update(found, 'TASK_KILLING');
  return text(response, 200, '');
}

function tunnel({ cluster, sandboxes }, url, request, response) {
  const [, , agentId, ...rest] = url.pathname.split('/').map(decodeURIComponent);
  const path = url.searchParams.get('path') ?? '';
  if (!cluster.agents.has(agentId)) return text(response, 404, `no agent '${agentId}' is registered`);
  const orMissing = (answer) => (answer === undefined ? text(response, 404, '') : json(response, answer));
  switch (rest.join('/')) {
    case 'state':
      return json(response, sandboxes.state(agentId));
    case 'monitor/statistics':
      return json(response, sandboxes.statistics(agentId));
    case 'files/browse':
      return orMissing(sandboxes.browse(agentId, path));
    case 'files/read':
      return orMissing(
        sandboxes.read(agentId, path, {
          offset: Number(url.searchParams.get('offset') ?? -1),
          length: Number(url.searchParams.get('length') ?? -1),
        }),
      );
    case 'files/download':
      return download(sandboxes.file(agentId, path), request, response);
    default:
      return text(response, 404, '');
  }
}

function download(bytes, request, response) {
  if (!bytes) return text(response, 404, '');
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
  if (!range) {
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': bytes.length });
    return response.end(bytes);
  }
  const part = bytes.subarray(Number(range[1]), Number(range[2]) + 1);
  response.writeHead(206, {
    'content-type': 'application/octet-stream',
    'content-range': `bytes ${range[1]}-${Number(range[1]) + part.length - 1}/${bytes.length}`,
  });
  return response.end(part);
}

function serveFile(pathname, request, response) {
  const wanted = normalize(join(DIST, pathname === '/' ? 'index.html' : pathname));
  const isFile = wanted.startsWith(DIST) && existsSync(wanted) && statSync(wanted).isFile();
  if (!isFile && !(request.headers.accept ?? '').includes('text/html')) return text(response, 404, '');
  const path = isFile ? wanted : join(DIST, 'index.html');
  response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' });
  return createReadStream(path).pipe(response);
}

const HELP = `node fake-master.mjs [--port=5050] [--agents=6] [--frameworks=5] [--tasks=40] [--seed=7] [--step_ms=1000]
Serves the built UI with a simulated cluster until Ctrl-C.`;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const flags = Object.fromEntries(process.argv.slice(2).map((argument) => argument.replace(/^--/, '').split('=')));
  if ('help' in flags) console.log(HELP);
  else {
    const number = (flag, value) => (flags[flag] === undefined ? value : Number(flags[flag]));
    const { url } = await startFakeMaster({
      port: number('port', 5050),
      stepMs: number('step_ms', 1000),
      cluster: {
        seed: number('seed', 7),
        agents: number('agents', 6),
        frameworks: number('frameworks', 5),
        tasks: number('tasks', 40),
      },
    });
    console.log(`a fake master serves the UI at ${url}`);
  }
}
