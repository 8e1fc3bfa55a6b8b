// Goes anywhere by name: opened with Ctrl+K or the button, chosen with the arrow keys.
import type { TargetedKeyboardEvent } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { find } from '../core/finder.js';
import type { Found } from '../core/finder.js';
import { cluster, revision } from '../data/live.js';
import { navigate } from '../data/router.js';
import { Icon } from './icons.js';
import type { IconName } from './icons.js';

const ICONS: { readonly [kind in Found['kind']]: IconName } = {
  page: 'right',
  agent: 'agents',
  framework: 'frameworks',
  task: 'tasks',
};

const findNow = (text: string): Found[] =>
  find(text, {
    agents: cluster.agents.values(),
    frameworks: cluster.frameworks.values(),
    tasks: cluster.tasks.values(),
  });

export function Finder({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  // Before the next key arrives: it belongs to the dialog.
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const results = useMemo(() => findNow(text), [text, revision.value]);
  const current = Math.min(chosen, results.length - 1);
  const go = (result: Found | undefined) => {
    if (!result) return;
    dialog.current?.close();
    navigate(result.href);
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLInputElement>) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setChosen((current + step + results.length) % Math.max(1, results.length));
    } else if (event.key === 'Enter') {
      // Who types fast presses Enter before the list is drawn for the last letters.
      const typed = event.currentTarget.value;
      go(typed === text ? results[current] : findNow(typed)[0]);
    }
  };
  return (
    <dialog
      ref={dialog}
      class="dialog finder"
      aria-label="find"
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
    >
      <div class="finder-input">
        <Icon name="search" />
        <input
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls="finder-list"
          aria-activedescendant={results.length > 0 ? `found-${current}` : undefined}
          aria-label="find a task, agent or framework"
          placeholder="Find a task, agent or framework"
          autocomplete="off"
          spellcheck={false}
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setChosen(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <ul id="finder-list" role="listbox" class="finder-list">
        {results.map((result, index) => (
          <li
            key={result.href}
            id={`found-${index}`}
            role="option"
            aria-selected={index === current}
            onClick={() => go(result)}
            onMouseMove={() => setChosen(index)}
          >
            <Icon name={ICONS[result.kind]} size={14} />
            <span class="finder-label">{result.label}</span>
            <span class="faint">{result.kind === 'page' ? '' : `${result.kind} · ${result.note}`}</span>
          </li>
        ))}
        {results.length === 0 && <li class="finder-none">nothing is called ‘{text}’</li>}
      </ul>
    </dialog>
  );
}
