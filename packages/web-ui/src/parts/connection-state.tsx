// Whether what one sees is of this moment, and if not, why and what happens next.
import { oneUnit } from '../core/format.js';
import { nowMs } from '../data/clock.js';
import { connection, hasSnapshot, retryNow } from '../data/live.js';
import { Icon } from './icons.js';
import { fullTime } from './time.js';

/** A word in the head of every page. */
export function ConnectionState() {
  const state = connection.value;
  const isLive = state.phase === 'live';
  const label = isLive ? 'live' : hasSnapshot.value ? 'reconnecting' : 'connecting';
  return (
    <span
      class={`connection${isLive ? ' is-live' : ''}`}
      role="status"
      title={isLive ? `every change is shown as it happens, since ${fullTime(state.sinceMs)}` : undefined}
    >
      <span class={`dot${isLive ? ' is-live' : ''}`} />
      {label}
    </span>
  );
}

/** A line above the page while it is not of this moment. */
export function ConnectionBanner() {
  const state = connection.value;
  if (state.phase === 'live' || (state.phase === 'connecting' && state.attempt === 0)) return null;
  const waitMs = state.phase === 'waiting' ? Math.max(0, state.retryAtMs - nowMs.value) : 0;
  return (
    <div class="banner" role="alert">
      <Icon name="warning" />
      {state.phase === 'waiting' ? (
        <>
          <span>
            <b>{hasSnapshot.value ? 'Reconnecting' : 'Connecting'}</b>: {state.reason}.{' '}
            {hasSnapshot.value && 'What you see is what was last known. '}
            {waitMs >= 1000 ? `Next attempt in ${oneUnit(waitMs)}.` : 'Next attempt now.'}
          </span>
          {state.isNotLeading ? (
            <a class="button button-small" href="/redirect">
              Go to the leading master
            </a>
          ) : (
            <button type="button" class="button button-small" onClick={retryNow}>
              Retry now
            </button>
          )}
        </>
      ) : (
        <span>
          <b>{hasSnapshot.value ? 'Reconnecting' : 'Connecting'}</b>…
        </span>
      )}
    </div>
  );
}
