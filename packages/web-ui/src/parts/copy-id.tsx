// An id: short to read, whole in the tooltip, copied by a click.
import { useState } from 'preact/hooks';
import { shortId } from '../core/format.js';
import { notify } from '../data/notices.js';
import { Icon } from './icons.js';

const SHOWN_MS = 1500;

export function CopyId({ id, isWhole = false }: { id: string; isWhole?: boolean }) {
  const [isCopied, setCopied] = useState(false);
  const onClick = async (event: MouseEvent) => {
    event.stopPropagation();
    if (await copy(id)) {
      setCopied(true);
      setTimeout(() => setCopied(false), SHOWN_MS);
    } else notify(`the browser does not let this page copy: ${id}`, { isError: true });
  };
  return (
    <button
      type="button"
      class={`id${isCopied ? ' is-copied' : ''}`}
      title={`${id} (click to copy)`}
      aria-label={`copy ${id}`}
      onClick={(event) => void onClick(event)}
    >
      <span class="id-text">{isWhole ? id : shortId(id)}</span>
      <Icon name={isCopied ? 'check' : 'copy'} size={12} />
      <span class="hidden" role="status">
        {isCopied ? 'copied' : ''}
      </span>
    </button>
  );
}

/** The clipboard is closed to pages that were not served over https, which a master's page often is not. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    area.style.position = 'fixed';
    area.style.opacity = '0';
    document.body.append(area);
    area.select();
    const isDone = document.execCommand('copy');
    area.remove();
    return isDone;
  }
}
