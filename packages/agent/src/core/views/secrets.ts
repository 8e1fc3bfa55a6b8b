// What no view shows: the values of secrets in environments, volumes and image configurations. Mesos shows them; here
// only that there is one, and the name of one that has a name.

type Fields = { readonly [name: string]: unknown };

/** The same message where it holds no secret, else a copy without their values. */
export function withoutSecrets<T>(message: T): T {
  return hidden(message) as T;
}

function hidden(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) {
    const items = value.map(hidden);
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  const entries = Object.entries(value);
  const shown = entries.map(
    ([name, field]) => [name, name === 'secret' ? withoutValue(field) : hidden(field)] as const,
  );
  return shown.every(([, field], index) => field === entries[index]?.[1]) ? value : Object.fromEntries(shown);
}

function withoutValue(secret: unknown): unknown {
  if (typeof secret !== 'object' || secret === null || !('value' in secret)) return secret;
  const { value: _value, ...rest } = secret as Fields;
  return rest;
}
