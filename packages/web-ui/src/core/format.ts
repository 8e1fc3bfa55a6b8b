// Numbers, sizes, times and ids as people read them. All pure: the time of now is passed in.

const MIB_PER_GIB = 1024;
const MIB_PER_TIB = 1024 * 1024;
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Below it a moment is 'now': clocks of agents and of browsers differ by about this much. */
const NOW_MS = 2000;
/** Of an id; the end is kept because Mesos counts there: …-S12, …-0003. */
const SHORT_ID_HEAD = 8;

/** At most `digits` decimals, none that say nothing: 0.5, 12, 1,024. */
export function formatNumber(value: number, digits = 1): string {
  const factor = 10 ** digits;
  const rounded = Math.round(value * factor) / factor;
  return rounded.toLocaleString('en-US', { maximumFractionDigits: digits });
}

/** 950, 1.2k, 34k, 5.6M: for counts beside a word. */
export function formatCount(value: number): string {
  if (value < 10_000) return formatNumber(value, 0);
  if (value < 1_000_000) return `${formatNumber(value / 1000, value < 100_000 ? 1 : 0)}k`;
  return `${formatNumber(value / 1_000_000, 1)}M`;
}

/** Of MiB, the unit of mem and disk. */
export function formatMiB(mib: number): string {
  if (mib === 0) return '0';
  if (mib >= MIB_PER_TIB) return `${formatNumber(mib / MIB_PER_TIB, 1)} TiB`;
  if (mib >= MIB_PER_GIB) return `${formatNumber(mib / MIB_PER_GIB, mib >= 100 * MIB_PER_GIB ? 0 : 1)} GiB`;
  return `${formatNumber(mib, mib < 10 ? 1 : 0)} MiB`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${formatNumber(bytes, 0)} B`;
  if (bytes < 1024 * 1024) return `${formatNumber(bytes / 1024, 1)} KiB`;
  return formatMiB(bytes / 1024 / 1024);
}

/** An amount of a resource with its unit, where the name tells one. */
export function formatAmount(name: string, amount: number): string {
  return name === 'mem' || name === 'disk' ? formatMiB(amount) : formatNumber(amount, amount < 10 ? 2 : 1);
}

/** A part of a whole: '17.8 / 64 GiB', with the unit once where both have the same. */
export function formatParts(name: string, { part, whole }: { part: number; whole: number }): [string, string] {
  const [used, total] = [formatAmount(name, part), formatAmount(name, whole)];
  const unit = / [KMGT]iB$/.exec(total)?.[0] ?? '';
  return [unit !== '' && used.endsWith(unit) ? used.slice(0, -unit.length) : used, total];
}

/** 'cpus 0.5 · mem 128 MiB'; empty where there is nothing. */
export function formatQuantities(quantities: { readonly [name: string]: number }, names: readonly string[]): string {
  return names
    .filter((name) => (quantities[name] ?? 0) > 0)
    .map((name) => `${name} ${formatAmount(name, quantities[name] ?? 0)}`)
    .join(' · ');
}

/** Of a part between 0 and 1. What is not nothing is never shown as 0 %. */
export function formatPercent(part: number): string {
  if (!Number.isFinite(part) || part <= 0) return '0 %';
  if (part < 0.01) return '<1 %';
  return `${formatNumber(part * 100, part < 0.1 ? 1 : 0)} %`;
}

/** 250 ms, 1.2 s, 3 m 20 s, 5 h 12 m, 3 d 4 h. */
export function formatDuration(ms: number): string {
  if (ms < SECOND_MS) return `${formatNumber(ms, ms < 10 ? 2 : 0)} ms`;
  if (ms < 10 * SECOND_MS) return `${formatNumber(ms / SECOND_MS, 1)} s`;
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)} s`;
  if (ms < HOUR_MS) return two(ms, { unit: MINUTE_MS, name: 'm', part: SECOND_MS, partName: 's' });
  if (ms < DAY_MS) return two(ms, { unit: HOUR_MS, name: 'h', part: MINUTE_MS, partName: 'm' });
  return two(ms, { unit: DAY_MS, name: 'd', part: HOUR_MS, partName: 'h' });
}

function two(ms: number, units: { unit: number; name: string; part: number; partName: string }): string {
  const whole = Math.floor(ms / units.unit);
  const rest = Math.floor((ms % units.unit) / units.part);
  return rest === 0 ? `${whole} ${units.name}` : `${whole} ${units.name} ${rest} ${units.partName}`;
}

/** One unit is enough: 'now', '12 s ago', '3 h ago', 'in 5 m'. */
export function formatAgo(atMs: number, nowMs: number): string {
  const distance = Math.abs(nowMs - atMs);
  if (distance < NOW_MS) return 'now';
  const text = oneUnit(distance);
  return atMs <= nowMs ? `${text} ago` : `in ${text}`;
}

/** How long something has lasted in one unit: '45 s', '3 h'. */
export function oneUnit(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)} s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} m`;
  if (ms < 2 * DAY_MS) return `${Math.floor(ms / HOUR_MS)} h`;
  return `${Math.floor(ms / DAY_MS)} d`;
}

/** '633ed80a…-S0': the end of an id, where Mesos counts, is never cut. */
export function shortId(id: string): string {
  const counted = /-(S\d+|O\d+|\d{4,})$/.exec(id);
  const head = counted ? id.slice(0, counted.index) : id;
  if (head.length <= SHORT_ID_HEAD + 4) return id;
  return `${head.slice(0, SHORT_ID_HEAD)}…${counted?.[0] ?? ''}`;
}

/** '1 task', '3 tasks'. */
export function plural(count: number, word: string): string {
  return `${formatNumber(count, 0)} ${word}${count === 1 ? '' : 's'}`;
}
