// All icons, drawn in the colour of the text around them. They decorate: words say the same beside them.
import type { ComponentChildren } from 'preact';

const SHAPES = {
  overview: <path d="M2.5 2.5h4.5v6H2.5zM9 2.5h4.5v3.5H9zM9 8h4.5v5.5H9zM2.5 10.5h4.5v3H2.5z" />,
  roles: <path d="M5.5 2.5h5v3.5h-5zM2 10.5h5v3H2zM9 10.5h5v3H9zM8 6v2.2M4.5 10.5V8.2h7v2.3" />,
  agents: <path d="M2.5 2.5h11v4.5h-11zM2.5 9h11v4.5h-11zM5 4.8h.01M5 11.2h.01M8 4.8h3M8 11.2h3" />,
  frameworks: <path d="M8 1.8l5.5 3.1v6.2L8 14.2l-5.5-3.1V4.9zM2.7 5L8 8l5.3-3M8 8v6" />,
  tasks: <path d="M2.5 4l1.2 1.2L6 2.8M2.5 9l1.2 1.2L6 7.8M8.5 4.2h5M8.5 9.2h5M8.5 13h5M3 13h2" />,
  offers: <path d="M8.3 2.5h5.2v5.2L7.3 14 2 8.7zM10.8 5.2h.01" />,
  search: <path d="M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zM10.3 10.3l3.4 3.4" />,
  copy: <path d="M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3" />,
  check: <path d="M2.8 8.5l3.4 3.4 7-7.6" />,
  external: <path d="M6.5 3h-4v10.5H13V9.5M9 2.5h4.5V7M13.2 2.8L7.5 8.5" />,
  right: <path d="M6 3.5L10.5 8 6 12.5" />,
  down: <path d="M3.5 6L8 10.5 12.5 6" />,
  up: <path d="M3.5 10L8 5.5l4.5 4.5" />,
  folder: <path d="M2 3.5h4.2l1.5 1.8H14v7.7H2z" />,
  file: <path d="M4 2h5.2L12.5 5.3V14H4zM9 2v3.5h3.5" />,
  download: <path d="M8 2.5v7.3M4.8 6.8L8 10l3.2-3.2M2.5 13.3h11" />,
  close: <path d="M3.5 3.5l9 9M12.5 3.5l-9 9" />,
  warning: <path d="M8 2.2l6.3 11.3H1.7zM8 6.5v3.3M8 11.6h.01" />,
  help: (
    <path d="M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8zM6.3 6.3c.1-2.4 3.5-2.2 3.4 0-.1 1.2-1.7 1.3-1.7 2.6M8 11.4h.01" />
  ),
  end: <path d="M8 2.5v7.3M4.8 6.8L8 10l3.2-3.2M3.5 13.3h9" />,
  stop: <path d="M3.5 3.5h9v9h-9z" />,
} as const satisfies { readonly [name: string]: ComponentChildren };

export type IconName = keyof typeof SHAPES;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      class="icon"
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.4"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {SHAPES[name]}
    </svg>
  );
}
