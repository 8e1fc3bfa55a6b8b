// Where a master that does not lead sends us. Mesos answers 307 with a scheme-relative Location: `//host:port/path`.

/** As many masters as an ensemble has, and then some: more redirects in a row are a circle. */
export const REDIRECTS_MAX = 5;

const REDIRECTS = new Set([301, 302, 307, 308]);

/** The `host:port` to go to, or undefined where the answer names none. The path stays ours, as with other clients. */
export function redirectTarget(status: number, location: string | undefined): string | undefined {
  if (!REDIRECTS.has(status)) return undefined;
  const [, authority] = /^(?:http:)?\/\/([^/?#@\s]+)(?:[/?#]|$)/.exec(location?.trim() ?? '') ?? [];
  if (authority === undefined) return undefined;
  return /:\d+$/.test(authority) ? authority : `${authority}:80`;
}
