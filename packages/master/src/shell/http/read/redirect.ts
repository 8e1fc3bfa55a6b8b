// What a master answers that does not lead: it sends callers to the one that does (src/master/http.cpp,
// Master::Http::redirect). The Location has no scheme, so that it fits http and https.
import type { FrontAnswer, RequestHead } from '@mini-mesos/daemon';
import type { MasterInfo } from '@mini-mesos/proto';

export interface Leadership {
  readonly isLeading: boolean;
  /** Whether the leading master has read its registry. */
  readonly isRecovered: boolean;
  /** Who leads, as far as this master knows. */
  readonly leader: MasterInfo | undefined;
}

/** What each master answers of itself, whoever leads; paths beneath these too. */
const OWN: readonly string[] = [
  '/files',
  '/flags',
  '/health',
  '/help',
  '/logging',
  '/metrics',
  '/redirect',
  '/system',
  '/version',
];

/** For the front's `before`: the answer of a master that cannot serve the request itself, undefined of one that can. */
export function redirectToLeader(
  head: Pick<RequestHead, 'route' | 'delegatedUrl'>,
  leadership: Leadership,
): FrontAnswer | undefined {
  if (OWN.some((path) => head.route === path || head.route.startsWith(`${path}/`))) return undefined;
  const { isLeading, isRecovered, leader } = leadership;
  if (!isLeading) return toLeader(leader, head.delegatedUrl);
  // Mesos answers reads here, from a state that is empty still: no quota, no agents. That would be taken for the truth.
  return isRecovered ? undefined : { status: 503, body: 'Master has not finished recovery' };
}

/** 307 to a path of the leader; 503 where nobody is known to lead. */
export function toLeader(leader: MasterInfo | undefined, path: string): FrontAnswer {
  if (!leader) return { status: 503, body: 'No leader elected' };
  const host = leader.hostname ?? leader.address?.hostname ?? leader.address?.ip ?? '';
  return { status: 307, headers: { location: `//${bracketed(host)}:${leader.port}${path}` } };
}

/** An IPv6 address stands in brackets in a URL. */
function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
