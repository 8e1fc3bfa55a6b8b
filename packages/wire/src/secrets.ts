// What nobody may read in a view: the values of secrets in environments, volumes and image configurations, and the
// passwords of image registries. Mesos shows them; here only that there is one, and the name of one that has a name.

type Fields = { readonly [name: string]: unknown };

/** The same message where it holds no secret, else a copy of what is above the secrets. */
export function withoutSecrets<T>(message: T): T {
  return shown(message) as T;
}

function shown(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) {
    const items = value.map(shown);
    return items.every((item, i) => item === value[i]) ? value : items;
  }
  const hidden = hide(value as Fields);
  if (hidden) return hidden;
  const fields = Object.entries(value).map(([name, field]) => [name, field, shown(field)] as const);
  if (fields.every(([, field, clean]) => field === clean)) return value;
  return Object.fromEntries(fields.map(([name, , clean]) => [name, clean]));
}

/** A Secret without its value, a Credential without its secret; undefined for anything else. */
function hide(message: Fields): Fields | undefined {
  const { value, secret, principal } = message;
  if (isSecretValue(value)) {
    const { value: _, ...rest } = message;
    return rest;
  }
  if (typeof principal === 'string' && typeof secret === 'string') return { principal };
  return undefined;
}

function isSecretValue(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'data' in value && ArrayBuffer.isView(value.data);
}
