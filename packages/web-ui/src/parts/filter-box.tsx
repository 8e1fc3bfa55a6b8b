// The box that narrows a table while one types. '/' leads to it from anywhere on the page.
import { useRef } from 'preact/hooks';
import { Icon } from './icons.js';

export function FilterBox(props: {
  value: string;
  onInput: (value: string) => void;
  label: string;
  placeholder: string;
}) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div class="filter-box">
      <Icon name="search" size={14} />
      <input
        ref={input}
        type="search"
        data-filter
        aria-label={props.label}
        placeholder={props.placeholder}
        value={props.value}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => props.onInput(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          if (props.value !== '') props.onInput('');
          else event.currentTarget.blur();
        }}
      />
      <kbd aria-hidden="true">/</kbd>
    </div>
  );
}
