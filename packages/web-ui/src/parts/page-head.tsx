// The head of a page: where it is, its name, and what can be done here.
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';

export interface Crumb {
  readonly label: string;
  readonly href: string;
}

export function PageHead(props: {
  title: string;
  crumbs?: readonly Crumb[];
  badge?: ComponentChildren;
  sub?: ComponentChildren;
  actions?: ComponentChildren;
}) {
  const { title, crumbs = [] } = props;
  useEffect(() => {
    document.title = `${title} · mini-mesos`;
  }, [title]);
  return (
    <header class="page-head">
      {crumbs.length > 0 && (
        <nav class="crumbs" aria-label="breadcrumb">
          {crumbs.map(({ label, href }) => (
            <a key={href} href={href}>
              {label}
            </a>
          ))}
        </nav>
      )}
      <div class="page-head-row">
        <h1 title={title}>{title}</h1>
        {props.badge}
        {props.actions !== undefined && <div class="page-actions">{props.actions}</div>}
      </div>
      {props.sub !== undefined && <div class="page-sub">{props.sub}</div>}
    </header>
  );
}
