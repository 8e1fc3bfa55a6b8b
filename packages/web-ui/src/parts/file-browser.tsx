// The files beneath one directory of an agent: a list of the directory and, beside it, the file that was chosen.
import { useEffect, useMemo } from 'preact/hooks';
import { formatBytes, plural } from '../core/format.js';
import { fileRows, joinPath } from '../core/sandbox.js';
import type { FileMessage, FileRow } from '../core/sandbox.js';
import { createPoll } from '../data/poll.js';
import { agentPath, getJson } from '../data/requests.js';
import { downloadPath } from '../data/tail.js';
import { Icon } from './icons.js';
import { LogView } from './log-view.js';
import { Empty, ErrorNote, Panel } from './panel.js';
import { Ago } from './time.js';

const LIST_EVERY_MS = 5000;

export function FileBrowser(props: {
  agentId: string;
  /** Absolute, on the agent. */
  root: string;
  rootLabel: string;
  /** Relative to the root; '' is the root. */
  directory: string;
  /** Relative to the root. */
  file: string | undefined;
  /** The page that shows this directory or file. */
  href: (at: { directory: string; file?: string }) => string;
}) {
  const { agentId, root, directory, file, href } = props;
  const path = joinPath(root, directory);
  const poll = useMemo(
    () =>
      createPoll<FileMessage[]>({
        everyMs: LIST_EVERY_MS,
        request: (signal) => getJson(agentPath(agentId, `files/browse?path=${encodeURIComponent(path)}`), signal),
      }),
    [agentId, path],
  );
  useEffect(() => poll.watch(), [poll]);
  const files = poll.value.value && fileRows(poll.value.value);
  const error = poll.error.value;
  const relative = (row: FileRow) => (directory === '' ? row.name : `${directory}/${row.name}`);

  return (
    <div class={`files${file === undefined ? '' : ' has-file'}`}>
      <Panel
        title={<DirectoryCrumbs root={props.rootLabel} directory={directory} href={href} />}
        aside={files && plural(files.length, 'entry').replace('entrys', 'entries')}
        isFlush
      >
        {error !== undefined && <ErrorNote>{directoryError(error)}</ErrorNote>}
        {files?.length === 0 && <Empty title="This directory is empty" />}
        {!files && error === undefined && <p class="loading">reading the directory…</p>}
        {files && files.length > 0 && (
          <ul class="file-list">
            {files.map((row) => (
              <li key={row.name} class={file === relative(row) ? 'is-current' : undefined}>
                <Entry row={row} agentId={agentId} href={href} relative={relative(row)} directory={directory} />
              </li>
            ))}
          </ul>
        )}
      </Panel>
      {file !== undefined && (
        <Panel title={<span class="mono">{file}</span>} isFlush class="file-panel">
          <LogView key={file} agentId={agentId} path={joinPath(root, file)} isTall />
        </Panel>
      )}
    </div>
  );
}

function directoryError(error: string): string {
  return /: 404/.test(error)
    ? 'this directory is not there: agents delete sandboxes some time after their tasks have ended (--gc_delay)'
    : error;
}

function Entry(props: {
  row: FileRow;
  agentId: string;
  relative: string;
  directory: string;
  href: (at: { directory: string; file?: string }) => string;
}) {
  const { row, relative } = props;
  const target = row.isDirectory ? { directory: relative } : { directory: props.directory, file: relative };
  return (
    <>
      <a class="file-name" href={props.href(target)}>
        <Icon name={row.isDirectory ? 'folder' : 'file'} size={14} />
        {row.name}
        {row.isDirectory && '/'}
      </a>
      <span class="file-facts" title={`${row.mode} ${row.uid ?? ''} ${row.gid ?? ''}`}>
        {!row.isDirectory && <span>{formatBytes(row.size)}</span>}
        <Ago at={row.mtime * 1000} />
      </span>
      {!row.isDirectory && (
        <a
          class="icon-button"
          href={downloadPath(props.agentId, row.path)}
          download={row.name}
          aria-label={`download ${row.name}`}
        >
          <Icon name="download" size={14} />
        </a>
      )}
    </>
  );
}

function DirectoryCrumbs(props: { root: string; directory: string; href: (at: { directory: string }) => string }) {
  const parts = props.directory.split('/').filter((part) => part !== '');
  return (
    <span class="mono path">
      <a href={props.href({ directory: '' })}>{props.root}</a>
      {parts.map((part, index) => {
        const directory = parts.slice(0, index + 1).join('/');
        return (
          <span key={directory}>
            {' / '}
            <a href={props.href({ directory })}>{part}</a>
          </span>
        );
      })}
    </span>
  );
}
