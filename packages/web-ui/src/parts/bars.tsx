// Bars of how much is used, on offer and free. What is on offer is hatched: it is told apart without colour.
import type { Capacity } from '../core/capacity.js';
import { formatAmount, formatParts, formatPercent } from '../core/format.js';
import type { Share } from '../core/roles.js';

const NAMES: { readonly [name: string]: string } = { cpus: 'CPUs', mem: 'Memory', disk: 'Disk', gpus: 'GPUs' };

export const resourceTitle = (name: string): string => NAMES[name] ?? name;

const part = (of: number, total: number): number => (total > 0 ? Math.min(1, of / total) : 0);

/** Only the bar; whoever shows it writes the figures beside it. */
export function Bar({ used, offered, total, label }: { used: number; offered: number; total: number; label: string }) {
  const usedPart = part(used, total);
  const offeredPart = Math.min(1 - usedPart, part(offered, total));
  return (
    <span class="bar" role="img" aria-label={label}>
      <span class="bar-used" style={{ width: `${usedPart * 100}%` }} />
      <span class="bar-offered" style={{ width: `${offeredPart * 100}%` }} />
    </span>
  );
}

function describe({ name, used, offered, total }: Capacity): string {
  const of = (amount: number) => formatAmount(name, amount);
  const free = Math.max(0, total - used - offered);
  return `${resourceTitle(name)}: ${of(used)} used, ${of(offered)} offered, ${of(free)} free of ${of(total)}`;
}

/** A bar with its figures above. */
export function CapacityBar({ capacity }: { capacity: Capacity }) {
  const { name, total, used, offered } = capacity;
  const free = Math.max(0, total - used - offered);
  return (
    <div class="capacity">
      <div class="capacity-head">
        <strong>{resourceTitle(name)}</strong>
        <span class="capacity-part">{formatPercent(part(used, total))}</span>
        <span class="faint">{formatParts(name, { part: used, whole: total }).join(' of ')}</span>
      </div>
      <Bar used={used} offered={offered} total={total} label={describe(capacity)} />
      <div class="capacity-foot">
        {formatAmount(name, offered)} offered · {formatAmount(name, free)} free
      </div>
    </div>
  );
}

/** What the parts of all bars mean. */
export function CapacityLegend() {
  return (
    <span class="legend" aria-hidden="true">
      <i class="swatch swatch-used" /> used <i class="swatch swatch-offered" /> offered <i class="swatch" /> free
    </span>
  );
}

/** For a cell of a table: the bar and 'used / total'. */
export function SmallBar({ capacity }: { capacity: Capacity }) {
  const { name, total, used, offered } = capacity;
  if (total === 0) return <span class="faint">–</span>;
  const [part, whole] = formatParts(name, { part: used, whole: total });
  return (
    <span class="small-bar" title={describe(capacity)}>
      <Bar used={used} offered={offered} total={total} label={describe(capacity)} />
      <span class="small-bar-text">
        {part}
        <span class="faint"> / {whole}</span>
      </span>
    </span>
  );
}

/** A dominant share in the colours of the bars: what is held, and on top of it what is on offer. */
export function ShareCell({ share, held }: { share: Share; held: number }) {
  const { dominant, resource } = share;
  const label = `${formatPercent(dominant)} of ${resource === '' ? 'everything' : resource}`;
  return (
    <span class="share" title={`${label}: ${formatPercent(held)} held, ${formatPercent(dominant - held)} on offer`}>
      <Bar used={held} offered={dominant - held} total={1} label={label} />
      <b>{formatPercent(dominant)}</b>
      <span class="faint">{resource}</span>
    </span>
  );
}
