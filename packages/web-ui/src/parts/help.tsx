// The keys.
import { useLayoutEffect, useRef } from 'preact/hooks';
import { SECTIONS } from '../core/sections.js';

const KEYS: readonly (readonly [string, string])[] = [
  ['Ctrl K', 'find a task, agent or framework'],
  ['/', 'filter the table'],
  ['Esc', 'clear the filter'],
  ['↑ ↓', 'from row to row'],
  ['Enter', 'open the row'],
  ['?', 'this list'],
  ...SECTIONS.map(({ key, label }) => [`g ${key}`, label] as const),
];

export function Help({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  // Before the next key arrives: it belongs to the dialog.
  useLayoutEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby="help-title"
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
    >
      <div class="dialog-body">
        <h2 id="help-title">Keys</h2>
        <dl class="keys">
          {KEYS.map(([key, meaning]) => (
            <div key={key}>
              <dt>
                {key.split(' ').map((one) => (
                  <kbd key={one}>{one}</kbd>
                ))}
              </dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
      </div>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </div>
    </dialog>
  );
}
