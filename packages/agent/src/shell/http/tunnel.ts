// Requests to this agent's own server that come over the link, from somebody who reaches only the master.
import type { Front, Logger } from '@mini-mesos/daemon';
import type { link } from '@mini-mesos/proto';

/** What may be asked for: reading, and nothing that a browser should not see. */
const ALLOWED =
  /^\/(?:slave(?:\(|%28)1(?:\)|%29)\/)?(?:files\/[a-z]+|state|containers|monitor\/statistics|metrics\/snapshot|flags|health|version)\/?(?:\?|$)/;
/** An answer travels as one record of the link; files are read in pieces, which are far smaller. */
const TUNNEL_BODY_MAX_BYTES = 16 * 1024 * 1024;
/** Requests under way at once; further ones are refused. */
const UNDER_WAY_MAX = 256;

export class Tunnel {
  readonly #front: Front;
  readonly #logger: Logger;
  #underWay = 0;

  constructor(front: Front, logger: Logger) {
    this.#front = front;
    this.#logger = logger;
  }

  async answer(request: link.TunnelRequest): Promise<link.TunnelResponse> {
    const { request_id } = request;
    const refused = (status: number, text: string): link.TunnelResponse => ({
      request_id,
      status,
      content_type: 'text/plain; charset=utf-8',
      body: Buffer.from(text),
    });
    if (!ALLOWED.test(request.path)) return refused(403, 'this path of an agent is not given through the master');
    if (this.#underWay >= UNDER_WAY_MAX) return refused(503, 'the agent answers too many requests at once');
    this.#underWay += 1;
    try {
      return await this.#ask(request, refused);
    } catch (error) {
      this.#logger.error({ err: error }, `cannot answer ${request.path} over the link`);
      return refused(500, 'the agent failed to answer');
    } finally {
      this.#underWay -= 1;
    }
  }

  async #ask(
    { request_id, path, range }: link.TunnelRequest,
    refused: (status: number, text: string) => link.TunnelResponse,
  ): Promise<link.TunnelResponse> {
    const { status, headers, chunks } = await this.#front.injectStream({
      path,
      headers: range === undefined ? {} : { range },
    });
    const body: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > TUNNEL_BODY_MAX_BYTES)
        return refused(413, `the answer is larger than ${TUNNEL_BODY_MAX_BYTES} bytes`);
      body.push(chunk);
    }
    const type = headers['content-type'];
    const contentRange = headers['content-range'];
    return {
      request_id,
      status,
      ...(type === undefined ? {} : { content_type: type }),
      ...(contentRange === undefined ? {} : { content_range: contentRange }),
      body: Buffer.concat(body),
    };
  }
}
