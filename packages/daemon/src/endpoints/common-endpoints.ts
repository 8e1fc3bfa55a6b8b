// The endpoints that every daemon has.
import type { Front, FrontAnswer } from '../http/types.js';
import type { LevelToggle } from '../log/create-log.js';
import type { MetricsRegistry } from '../metrics/registry.js';
import { systemStatistics } from '../metrics/system.js';
import { parseDuration } from '../units/duration.js';
import { versionData } from './version.js';

export interface CommonEndpoints {
  metrics: MetricsRegistry;
  toggle: LevelToggle;
  /** What /flags shows: `printable()` of the loaded flags. */
  flags: () => Readonly<Record<string, string>>;
  /** Default: always. An unhealthy daemon answers /health with 503. */
  isHealthy?: () => boolean;
}

const badRequest = (body: string): FrontAnswer => ({ status: 400, body });

/** /version, /flags, /health, /metrics/snapshot, /logging/toggle, /system/stats.json and /help. */
export function registerCommonEndpoints(front: Front, parts: CommonEndpoints): void {
  const { metrics, toggle, flags, isHealthy = () => true } = parts;
  front.get('/version', () => ({ status: 200, json: versionData() }), {
    summary: 'Versions of the API and of the build.',
  });
  front.get('/flags', () => ({ status: 200, json: { flags: flags() } }), { summary: 'The flags in force.' });
  front.get('/health', () => ({ status: isHealthy() ? 200 : 503 }), {
    summary: '200 while the daemon serves.',
    jsonAlias: false,
  });
  front.get('/metrics/snapshot', ({ query }) => snapshot(metrics, query.get('timeout')), {
    summary: 'All metrics: timeout.',
  });
  front.route(['GET', 'POST'], '/logging/toggle', ({ query }) => toggled(toggle, query), {
    summary: 'Raises the logging level for a while: level, duration.',
    jsonAlias: false,
  });
  front.get('/system/stats.json', () => ({ status: 200, json: systemStatistics() }), {
    summary: 'Load and memory of the machine.',
  });
  front.get('/help', () => ({ status: 200, body: helpOf(front) }), { summary: 'This list.', jsonAlias: false });
}

async function snapshot(metrics: MetricsRegistry, timeout: string | null): Promise<FrontAnswer> {
  if (timeout === null) return { status: 200, json: await metrics.snapshot() };
  const parsed = parseDuration(timeout);
  if (!parsed.ok) return badRequest(`Invalid timeout '${timeout}': ${parsed.error}.\n`);
  return { status: 200, json: await metrics.snapshot({ timeoutMs: parsed.value }) };
}

/** Texts of 3rdparty/libprocess/src/logging.cpp. */
function toggled(toggle: LevelToggle, query: URLSearchParams): FrontAnswer {
  const level = query.get('level');
  const duration = query.get('duration');
  if (level === null && duration === null) return { status: 200, body: `${toggle.verbosity}\n` };
  if (duration === null) return badRequest("Expecting 'duration=value' in query.\n");
  if (level === null) return badRequest("Expecting 'level=value' in query.\n");
  if (!/^-?\d+$/.test(level)) return badRequest(`Failed to convert '${level}' to number.\n`);
  if (Number(level) < 0) return badRequest(`Invalid level '${level}'.\n`);
  const parsed = parseDuration(duration);
  if (!parsed.ok) return badRequest(`${parsed.error}.\n`);
  toggle.set(Number(level), parsed.value);
  return { status: 200 };
}

function helpOf(front: Front): string {
  const routes = front.routes().toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const width = Math.max(...routes.map(({ path }) => path.length));
  const lines = routes.map(({ path, methods, summary }) =>
    `${path.padEnd(width)}  ${methods.join(', ').padEnd('GET, POST'.length)}  ${summary}`.trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}
