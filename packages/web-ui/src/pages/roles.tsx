// Roles as a tree: weights, shares, what they hold, and who is in them.
import { useState } from 'preact/hooks';
import { formatAmount, formatNumber, formatQuantities } from '../core/format.js';
import { routeTo } from '../core/route.js';
import { sortedNames, scalarsOf, sumOf } from '../core/quantities.js';
import type { Quantities } from '../core/quantities.js';
import { dividedTotal, frameworkShares, heldPart, roleTree } from '../core/roles.js';
import type { RoleNode } from '../core/roles.js';
import { cluster, revision } from '../data/live.js';
import { flagsPoll, frameworksPoll, rolesPoll } from '../data/polls.js';
import { usePoll } from '../data/poll.js';
import { route } from '../data/router.js';
import { ShareCell } from '../parts/bars.js';
import { StartFrameworkHint } from '../parts/hints.js';
import { Icon } from '../parts/icons.js';
import { FrameworkLink } from '../parts/names.js';
import { PageHead } from '../parts/page-head.js';
import { ErrorNote, Panel } from '../parts/panel.js';

/** What is divided by share at the moment. */
export function clusterTotal(): Quantities {
  const all = sumOf([...cluster.agents.values()].map(({ message }) => scalarsOf(message.total_resources)));
  return dividedTotal(all, flagsPoll.value.value?.flags['fair_sharing_excluded_resource_names']);
}

export function RolesPage() {
  void revision.value;
  const poll = usePoll(rolesPoll);
  usePoll(frameworksPoll);
  const roles = poll.value.value?.roles;
  const error = poll.error.value;
  const total = clusterTotal();
  const tree = roles && roleTree(roles, total);
  return (
    <div class="page">
      <PageHead
        title="Roles"
        sub="The role with the smallest share, divided by its weight, is offered resources first. A share is the largest part of any one resource that a role holds or is offered."
      />
      {error !== undefined && <ErrorNote>roles: {error}</ErrorNote>}
      <Panel isFlush>
        {!tree && error === undefined && <p class="loading">asking for roles…</p>}
        {tree?.length === 0 && <StartFrameworkHint />}
        {tree && tree.length > 0 && <RoleTable tree={tree} total={total} />}
      </Panel>
    </div>
  );
}

function RoleTable({ tree, total }: { tree: readonly RoleNode[]; total: Quantities }) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const toggle = (name: string) => {
    const next = new Set(closed);
    if (!next.delete(name)) next.add(name);
    setClosed(next);
  };
  const open = (nodes: readonly RoleNode[]): RoleNode[] =>
    nodes.flatMap((node) => [node, ...(closed.has(node.name) ? [] : open(node.children))]);
  return (
    <div class="scroll-x">
      <table class="table role-table">
        <caption class="hidden">roles with their shares</caption>
        <thead>
          <tr>
            <th scope="col">Role</th>
            <th scope="col" class="number not-narrow">
              Weight
            </th>
            <th scope="col">Dominant share</th>
            <th scope="col" class="number not-narrow" title="share divided by weight: the smallest is served first">
              ÷ weight
            </th>
            <th scope="col">Allocated and offered</th>
            <th scope="col">Quota</th>
          </tr>
        </thead>
        <tbody>
          {open(tree).flatMap((node) => [
            <RoleLine key={node.name} node={node} isClosed={closed.has(node.name)} onToggle={toggle} total={total} />,
            ...(closed.has(node.name)
              ? []
              : node.frameworks.map((id) => (
                  <FrameworkLine key={`${node.name} ${id}`} id={id} node={node} total={total} />
                ))),
          ])}
        </tbody>
      </table>
    </div>
  );
}

function RoleLine(props: { node: RoleNode; isClosed: boolean; onToggle: (name: string) => void; total: Quantities }) {
  const { node, isClosed, total } = props;
  const { share } = node;
  const isCurrent = route.value.query.get('role') === node.name;
  return (
    <tr class={isCurrent ? 'is-current' : undefined}>
      <td>
        <span class="role-name" style={{ paddingLeft: `${node.depth * 20}px` }}>
          {node.children.length + node.frameworks.length > 0 ? (
            <button
              type="button"
              class="icon-button"
              aria-expanded={!isClosed}
              aria-label={`${isClosed ? 'show' : 'hide'} what is in ${node.name}`}
              onClick={() => props.onToggle(node.name)}
            >
              <Icon name={isClosed ? 'right' : 'down'} size={12} />
            </button>
          ) : (
            <span class="icon-button" />
          )}
          <a href={routeTo(['roles'], { role: node.name })} title={node.name} aria-label={node.name}>
            {node.label}
          </a>
        </span>
      </td>
      <td class="number not-narrow">{formatNumber(node.weight, 3)}</td>
      <td>
        <ShareCell share={share} held={heldPart(share, node.allocated, total)} />
      </td>
      <td class="number not-narrow">{formatNumber(share.weighted, 3)}</td>
      <td>
        <Amounts allocated={node.allocated} offered={node.offered} reserved={node.reserved} />
      </td>
      <td>
        <Quota node={node} />
      </td>
    </tr>
  );
}

function Amounts({
  allocated,
  offered,
  reserved,
}: {
  allocated: Quantities;
  offered: Quantities;
  reserved: Quantities;
}) {
  const text = (of: Quantities) =>
    formatQuantities(
      of,
      sortedNames(Object.keys(of)).filter((name) => name !== 'ports'),
    );
  const lines = [
    ['', text(allocated)],
    ['offered ', text(offered)],
    ['reserved ', text(reserved)],
  ].filter(([, amounts]) => amounts !== '');
  if (lines.length === 0) return <span class="faint">–</span>;
  return (
    <ul class="plain">
      {lines.map(([what, amounts]) => (
        <li key={what} class={what === '' ? undefined : 'faint'}>
          {what}
          {amounts}
        </li>
      ))}
    </ul>
  );
}

function Quota({ node }: { node: RoleNode }) {
  const names = sortedNames([...Object.keys(node.guarantee), ...Object.keys(node.limit)]);
  if (names.length === 0) return <span class="faint">–</span>;
  return (
    <ul class="plain">
      {names.map((name) => {
        const { [name]: guarantee } = node.guarantee;
        const { [name]: limit } = node.limit;
        const used = node.consumed[name] ?? 0;
        const bounds = [
          guarantee === undefined ? '' : `guaranteed ${formatAmount(name, guarantee)}`,
          limit === undefined ? '' : `limit ${formatAmount(name, limit)}`,
        ];
        return (
          <li key={name}>
            {name} {formatAmount(name, used)}{' '}
            <span class="faint">{bounds.filter((text) => text !== '').join(', ')}</span>
            {limit !== undefined && used >= limit && <span class="chip chip-warn">at its limit</span>}
          </li>
        );
      })}
    </ul>
  );
}

/** A framework in one of its roles: the leaves of the tree. */
function FrameworkLine({ id, node, total }: { id: string; node: RoleNode; total: Quantities }) {
  const row = cluster.frameworks.get(id);
  const held = row && frameworkShares(row, total).find(({ role }) => role === node.name);
  return (
    <tr class="leaf">
      <td>
        <span class="role-name" style={{ paddingLeft: `${(node.depth + 1) * 20}px` }}>
          <span class="icon-button">
            <Icon name="frameworks" size={13} />
          </span>
          <FrameworkLink id={id} />
        </span>
      </td>
      <td class="not-narrow" />
      <td>{held && <ShareCell share={held.share} held={heldPart(held.share, held.allocated, total)} />}</td>
      <td class="not-narrow" />
      <td>{held && <Amounts allocated={held.allocated} offered={held.offered} reserved={{}} />}</td>
      <td />
    </tr>
  );
}
