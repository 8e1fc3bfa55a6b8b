// Notices in a corner; they go by themselves.
import { dismiss, notices } from '../data/notices.js';
import { Icon } from './icons.js';

export function NoticeList() {
  return (
    <div class="notices" role="status" aria-live="polite">
      {notices.value.map(({ number, text, isError }) => (
        <p key={number} class={`notice${isError ? ' notice-error' : ''}`}>
          <Icon name={isError ? 'warning' : 'check'} />
          <span>{text}</span>
          <button type="button" class="icon-button" aria-label="dismiss" onClick={() => dismiss(number)}>
            <Icon name="close" size={12} />
          </button>
        </p>
      ))}
    </div>
  );
}
