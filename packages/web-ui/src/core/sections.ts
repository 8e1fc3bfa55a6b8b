// The sections of the UI in their order, with the key that leads to each after 'g'.

export const SECTIONS = [
  { name: 'overview', label: 'Overview', path: [], key: 'o' },
  { name: 'roles', label: 'Roles', path: ['roles'], key: 'r' },
  { name: 'agents', label: 'Agents', path: ['agents'], key: 'a' },
  { name: 'frameworks', label: 'Frameworks', path: ['frameworks'], key: 'f' },
  { name: 'tasks', label: 'Tasks', path: ['tasks'], key: 't' },
  { name: 'offers', label: 'Offers', path: ['offers'], key: 'e' },
] as const;

export type SectionName = (typeof SECTIONS)[number]['name'];
