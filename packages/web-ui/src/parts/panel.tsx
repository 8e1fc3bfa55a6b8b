// The frame of a section, and what stands in it when there is nothing or when something went wrong.
import type { ComponentChildren } from 'preact';
import { Icon } from './icons.js';

export function Panel(props: {
  title?: ComponentChildren;
  aside?: ComponentChildren;
  isFlush?: boolean;
  class?: string;
  children: ComponentChildren;
}) {
  return (
    <section class={`panel ${props.class ?? ''}`}>
      {props.title !== undefined && (
        <header class="panel-head">
          <h2>{props.title}</h2>
          {props.aside !== undefined && <div class="panel-aside">{props.aside}</div>}
        </header>
      )}
      <div class={props.isFlush ? 'panel-flush' : 'panel-body'}>{props.children}</div>
    </section>
  );
}

/** Says what is not there and what to do about it. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children !== undefined && <div class="empty-text">{children}</div>}
    </div>
  );
}

export function ErrorNote({ children }: { children: ComponentChildren }) {
  return (
    <p class="error-note" role="alert">
      <Icon name="warning" />
      <span>{children}</span>
    </p>
  );
}

/** Names and values, in as many columns as there is room for. */
export function Facts({ items }: { items: readonly (readonly [string, ComponentChildren] | undefined | false)[] }) {
  return (
    <dl class="facts">
      {items.map(
        (item) =>
          item !== undefined &&
          item !== false && (
            <div key={item[0]}>
              <dt>{item[0]}</dt>
              <dd>{item[1]}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

/** A command to type, on a line of its own. */
export function Command({ children }: { children: string }) {
  return <code class="command">{children}</code>;
}

export function Chips({ items }: { items: readonly string[] }) {
  if (items.length === 0) return <span class="faint">none</span>;
  return (
    <span class="chips">
      {items.map((item) => (
        <span class="chip" key={item}>
          {item}
        </span>
      ))}
    </span>
  );
}
