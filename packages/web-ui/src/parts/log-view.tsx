// One file of an agent as it grows: follows its end until one scrolls up, and again when one comes back down.
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { formatBytes, plural } from '../core/format.js';
import { BACK_BYTES_MAX } from '../core/tail-plan.js';
import { downloadPath, openTail } from '../data/tail.js';
import type { TailView } from '../data/tail.js';
import { Icon } from './icons.js';
import { LogBlock, LogLine } from './log-lines.js';
import { ErrorNote } from './panel.js';
import { useFollowing } from './use-following.js';

const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

export function LogView(props: {
  agentId: string;
  path: string;
  isTall?: boolean;
  /** Stands before the buttons: what chooses the file. */
  lead?: ComponentChildren;
  /** Where there is more room for it. */
  href?: string;
}) {
  const { agentId, path, isTall = false } = props;
  const tail = useMemo(() => openTail(agentId, path), [agentId, path]);
  useEffect(() => () => tail.close(), [tail]);
  const [isWrapped, setWrapped] = useState(true);
  const [showsBinary, setShowsBinary] = useState(false);
  const view = tail.view.value;
  const error = tail.error.value;
  const name = fileName(path);
  const following = useFollowing(view);
  const isHidden = view?.isBinary === true && !showsBinary;
  const showEarlier = () => {
    following.hold();
    tail.showEarlier();
  };

  return (
    <div class={`log${isTall ? ' log-tall' : ''}`}>
      <LogBar
        agentId={agentId}
        path={path}
        lead={props.lead}
        href={props.href}
        view={view}
        hasError={error !== undefined}
        following={following}
        isWrapped={isWrapped}
        onWrap={() => setWrapped(!isWrapped)}
      />
      {error !== undefined && (
        <ErrorNote>
          {name}: {error}
        </ErrorNote>
      )}
      <div
        class={`log-text${isWrapped ? ' is-wrapped' : ''}`}
        ref={following.box}
        onScroll={following.onScroll}
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label={name}
      >
        {view && !isHidden && <Earlier view={view} onClick={showEarlier} />}
        {!view && error === undefined && <p class="log-note">reading {name}…</p>}
        {view?.size === 0 && <p class="log-note">{name} is empty</p>}
        {isHidden ? (
          <p class="log-note">
            this does not look like text{' '}
            <button type="button" class="link" onClick={() => setShowsBinary(true)}>
              show it anyway
            </button>
          </p>
        ) : (
          view?.blocks.map((block) => <LogBlock key={block.number} block={block} />)
        )}
        {!isHidden && view?.partial && <LogLine line={view.partial} />}
      </div>
    </div>
  );
}

function Earlier({ view, onClick }: { view: TailView; onClick: () => void }) {
  if (view.start === 0 && view.droppedLines === 0) return null;
  const isAtLimit = view.size - view.start >= BACK_BYTES_MAX || view.droppedLines > 0;
  return (
    <p class="log-note">
      {isAtLimit ? (
        'what comes before is only in the download'
      ) : (
        <button type="button" class="link" onClick={onClick}>
          show more of the {formatBytes(view.start)} before
        </button>
      )}
    </p>
  );
}

function LogBar(props: {
  agentId: string;
  path: string;
  lead: ComponentChildren;
  href: string | undefined;
  view: TailView | undefined;
  hasError: boolean;
  following: ReturnType<typeof useFollowing>;
  isWrapped: boolean;
  onWrap: () => void;
}) {
  const { agentId, path, href, view, isWrapped } = props;
  const { isFollowing, unseen, follow, pause } = props.following;
  return (
    <div class="log-bar">
      {props.lead}
      <button
        type="button"
        class="button button-small"
        aria-pressed={isFollowing}
        title={isFollowing ? 'stay here while the file grows' : 'go to the end and stay there'}
        onClick={() => (isFollowing ? pause() : follow())}
      >
        <span class={`dot${isFollowing && !props.hasError ? ' is-live' : ''}`} />
        {isFollowing ? 'Following' : 'Paused'}
      </button>
      {!isFollowing && (
        <button type="button" class="button button-small" onClick={follow}>
          <Icon name="end" size={13} />
          {unseen > 0 ? plural(unseen, 'new line') : 'Jump to end'}
        </button>
      )}
      <button type="button" class="button button-small wrap-button" aria-pressed={isWrapped} onClick={props.onWrap}>
        Wrap
      </button>
      <span class="log-size faint">{view && `${plural(view.lineCount, 'line')} · ${formatBytes(view.size)}`}</span>
      {href !== undefined && (
        <a class="button button-small" href={href}>
          <Icon name="folder" size={13} />
          <span class="wide-label">Open in the sandbox</span>
        </a>
      )}
      <a class="button button-small" href={downloadPath(agentId, path)} download={fileName(path)}>
        <Icon name="download" size={13} />
        <span class="wide-label">Download</span>
      </a>
    </div>
  );
}
