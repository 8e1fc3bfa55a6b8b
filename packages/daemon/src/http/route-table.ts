// Which handler takes a path: the longest registered prefix, as libprocess looks it up (ProcessBase::consume). Pure.
import type { Handler, RouteInfo, RouteOptions } from './types.js';

export interface RouteMethod {
  readonly handler: Handler;
  readonly options: RouteOptions;
}

export interface Route {
  readonly path: string;
  readonly methods: ReadonlyMap<string, RouteMethod>;
}

export interface Found {
  readonly route: Route;
  /** The segments after the registered path. */
  readonly rest: readonly string[];
}

interface Registered extends Route {
  readonly methods: Map<string, RouteMethod>;
  exact: boolean;
  summary: string;
}

const JSON_ENDING = '.json';

export class RouteTable {
  readonly #routes = new Map<string, Registered>();
  /** Segments of the deepest route: a longer path need not be tried whole. */
  #depth = 0;

  /** Throws where one of the methods is taken: two parts of a daemon claim the same path. */
  add(methods: readonly string[], path: string, { handler, options }: RouteMethod): void {
    const segments = path.split('/').filter((segment) => segment !== '');
    const key = segments.join('/');
    const route = this.#routes.get(key) ?? { path: `/${key}`, methods: new Map(), exact: false, summary: '' };
    for (const method of methods) {
      if (route.methods.has(method)) throw new Error(`${method} ${route.path} is registered twice`);
      route.methods.set(method, { handler, options });
    }
    route.exact ||= options.exact === true;
    route.summary ||= options.summary ?? '';
    this.#routes.set(key, route);
    this.#depth = Math.max(this.#depth, segments.length);
  }

  /** The whole path, then the path without `.json`, then ever shorter ones. The root only takes itself. */
  find(segments: readonly string[]): Found | undefined {
    for (let length = Math.min(segments.length, this.#depth); length >= 0; length -= 1) {
      const key = segments.slice(0, length).join('/');
      const isWhole = length === segments.length;
      const route = this.#routes.get(key) ?? (isWhole ? this.#withoutJson(key) : undefined);
      if (route && (isWhole || (length > 0 && !route.exact))) return { route, rest: segments.slice(length) };
    }
    return undefined;
  }

  list(): RouteInfo[] {
    return [...this.#routes.values()].map(({ path, methods, summary }) => ({
      path,
      methods: [...methods.keys()],
      summary,
    }));
  }

  #withoutJson(key: string): Registered | undefined {
    if (!key.endsWith(JSON_ENDING)) return undefined;
    const route = this.#routes.get(key.slice(0, -JSON_ENDING.length));
    const get = route?.methods.get('GET');
    return get && get.options.jsonAlias !== false ? route : undefined;
  }
}
