// What operators write of amounts and weights, as values. Pure.
import { Quantities } from '@mini-mesos/resources';

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string };

/** Amounts by name in the form of the operator API. */
export type Scalars = { readonly [name: string]: { readonly value: number } };

/** `cpus:4;mem:1024`. Zeros count: a limit of nothing is a limit. */
export function parseScalars(text: string): Parsed<Scalars> {
  const scalars: { [name: string]: { value: number } } = {};
  for (const part of text.split(';').map((one) => one.trim())) {
    if (part === '') continue;
    const [, name, number] = /^([^:\s]+)\s*:\s*(\d+(?:\.\d+)?)$/.exec(part) ?? [];
    if (name === undefined || Object.hasOwn(scalars, name)) {
      return { ok: false, error: `cannot read '${part}' of '${text}': expected amounts such as cpus:4;mem:1024` };
    }
    scalars[name] = { value: Number(number) };
  }
  return { ok: true, value: scalars };
}

/** `cpus:4;mem:1024`, or `-` for none. */
export function scalarsText(scalars: Scalars): string {
  const text = Object.entries(scalars).map(([name, { value }]) => `${name}:${value}`);
  return text.length === 0 ? '-' : text.join(';');
}

/** `dev=2`, several of them. */
export function parseWeights(pairs: readonly string[]): Parsed<readonly { role: string; weight: number }[]> {
  const weights = new Map<string, number>();
  for (const pair of pairs) {
    const [, role, number] = /^([^=\s]+)=(\d+(?:\.\d+)?)$/.exec(pair) ?? [];
    const weight = Number(number);
    if (role === undefined || !(weight > 0)) {
      return { ok: false, error: `cannot read '${pair}': expected ROLE=WEIGHT with a weight above 0, such as dev=2` };
    }
    weights.set(role, weight);
  }
  return { ok: true, value: [...weights].map(([role, weight]) => ({ role, weight })) };
}

/** `cpus:2;mem:1024` as quantities of resources. */
export function parseQuantities(text: string): Parsed<Quantities> {
  const read = parseScalars(text);
  if (!read.ok) return read;
  const quantities = Quantities.fromProto(read.value);
  return quantities.isEmpty
    ? { ok: false, error: `'${text}' is nothing: expected amounts such as cpus:2` }
    : { ok: true, value: quantities };
}
