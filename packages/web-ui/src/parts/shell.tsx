// What is around every page: the sections, the cluster's name, the connection; and the keys that work everywhere.
import { effect } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { formatCount } from '../core/format.js';
import { routeTo } from '../core/route.js';
import { SECTIONS } from '../core/sections.js';
import type { SectionName } from '../core/sections.js';
import { cluster, connection, hasSnapshot, revision, taskIndex } from '../data/live.js';
import { flagsPoll, offerCount, versionPoll } from '../data/polls.js';
import { navigate, route } from '../data/router.js';
import { ConnectionBanner, ConnectionState } from './connection-state.js';
import { Finder } from './finder.js';
import { Help } from './help.js';
import { Icon } from './icons.js';
import { NoticeList } from './notice-list.js';

/** Time for the second letter of 'g t'. */
const SEQUENCE_MS = 1500;

export function Shell({ children }: { children: ComponentChildren }) {
  const [open, setOpen] = useState<'finder' | 'help'>();
  useKeys(setOpen);
  // What lies over a page goes with it: at once, because the next key may open something else.
  useEffect(
    () =>
      effect(() => {
        void route.value;
        setOpen(undefined);
      }),
    [],
  );
  // The word that a dialog has closed comes late: another one may be open by then.
  const close = (what: 'finder' | 'help') => setOpen((current) => (current === what ? undefined : current));
  const isStale = connection.value.phase !== 'live' && hasSnapshot.value;
  return (
    <div class="shell">
      <a class="skip" href="#main" onClick={skipToMain}>
        Skip to the page
      </a>
      <header class="top">
        <a class="brand" href="#/">
          <Logo />
          <span class="brand-name">{flagsPoll.value.value?.flags['cluster'] ?? 'mini-mesos'}</span>
        </a>
        <ConnectionState />
        <button type="button" class="find-button" aria-label="find" onClick={() => setOpen('finder')}>
          <Icon name="search" size={14} />
          <span>Find…</span>
          <kbd>Ctrl K</kbd>
        </button>
      </header>
      <nav class="side" aria-label="sections">
        <ul>
          {SECTIONS.map(({ name, label, path, key }) => (
            <li key={name}>
              <a
                href={routeTo(path)}
                aria-current={(route.value.path[0] ?? 'overview') === name ? 'page' : undefined}
                title={`${label} (g ${key})`}
              >
                <Icon name={name} size={17} />
                <span class="side-label">{label}</span>
                <SectionCount name={name} />
              </a>
            </li>
          ))}
        </ul>
        <div class="side-foot">
          <span>version {versionPoll.value.value?.version ?? ''}</span>
          <button type="button" class="icon-button" aria-label="keys" title="keys (?)" onClick={() => setOpen('help')}>
            <Icon name="help" size={15} />
          </button>
        </div>
      </nav>
      <main id="main" tabIndex={-1} class={isStale ? 'is-stale' : undefined}>
        <ConnectionBanner />
        {children}
      </main>
      <NoticeList />
      {open === 'finder' && <Finder onClose={() => close('finder')} />}
      {open === 'help' && <Help onClose={() => close('help')} />}
    </div>
  );
}

function Logo() {
  return (
    <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" class="logo-back" />
      <g class="logo-bars">
        <rect x="7" y="18" width="5" height="7" rx="1.5" />
        <rect x="13.5" y="12" width="5" height="13" rx="1.5" />
        <rect x="20" y="7" width="5" height="18" rx="1.5" />
      </g>
    </svg>
  );
}

function SectionCount({ name }: { name: SectionName }) {
  void revision.value;
  if (!hasSnapshot.value) return null;
  const count = countOf(name);
  return count === undefined ? null : <span class="side-count">{formatCount(count)}</span>;
}

function countOf(name: SectionName): number | undefined {
  if (name === 'agents') return cluster.agents.size;
  if (name === 'tasks') return taskIndex.value.all.groups.active;
  if (name === 'offers') return offerCount.value;
  if (name !== 'frameworks') return undefined;
  return [...cluster.frameworks.values()].filter(({ state }) => state !== 'completed').length;
}

/** The address belongs to the pages: '#main' must not become one. */
function skipToMain(event: MouseEvent): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

function useKeys(open: (what: 'finder' | 'help') => void): void {
  useEffect(() => {
    let sequenceUntilMs = 0;
    const onKeyDown = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        open('finder');
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event) || document.querySelector('dialog[open]')) {
        return;
      }
      const section = Date.now() < sequenceUntilMs ? SECTIONS.find(({ key }) => key === event.key) : undefined;
      sequenceUntilMs = event.key === 'g' ? Date.now() + SEQUENCE_MS : 0;
      if (section) navigate(routeTo(section.path));
      else if (event.key === '?') open('help');
      else if (event.key === '/') {
        const filter = document.querySelector<HTMLInputElement>('[data-filter]');
        if (!filter) return;
        event.preventDefault();
        filter.focus();
        filter.select();
      }
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
}

const isTyping = ({ target }: KeyboardEvent): boolean =>
  target instanceof Element && target.closest('input, textarea, select') !== null;
