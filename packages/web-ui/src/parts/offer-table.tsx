// Offers that frameworks have not answered yet.
import type { Offer } from '@mini-mesos/proto';
import { formatQuantities } from '../core/format.js';
import { quantitiesOf, sortedNames } from '../core/quantities.js';
import { CopyId } from './copy-id.js';
import { DataTable } from './data-table.js';
import type { Column } from './data-table.js';
import { AgentLink, FrameworkLink } from './names.js';

const OFFER: Column<Offer> = {
  label: 'Offer',
  width: '150px',
  shown: 'medium',
  cell: ({ id }) => <CopyId id={id.value} />,
};
const FRAMEWORK: Column<Offer> = {
  label: 'Framework',
  width: '18%',
  cell: ({ framework_id: id, agent_id: agent }) => (
    <span class="two-lines">
      <span class="line-one">
        <FrameworkLink id={id.value} />
      </span>
      <span class="line-two">
        on <AgentLink id={agent.value} />
      </span>
    </span>
  ),
};
const AGENT: Column<Offer> = {
  label: 'Agent',
  width: '18%',
  shown: 'medium',
  cell: ({ agent_id: id }) => <AgentLink id={id.value} />,
};
const ROLE: Column<Offer> = {
  label: 'Role',
  width: '14%',
  shown: 'medium',
  cell: ({ allocation_info: allocation }) => allocation?.role ?? '*',
};
const RESOURCES: Column<Offer> = {
  label: 'Resources',
  cell: ({ resources }) => {
    const quantities = quantitiesOf(resources);
    return <span class="wrap">{formatQuantities(quantities, sortedNames(Object.keys(quantities)))}</span>;
  },
};

export function OfferTable({ offers, without }: { offers: readonly Offer[]; without?: 'agent' | 'framework' }) {
  const columns = [OFFER, ...(without === 'framework' ? [] : [FRAMEWORK]), AGENT, ROLE, RESOURCES];
  return (
    <DataTable
      caption="outstanding offers"
      rows={offers}
      columns={without === 'agent' ? columns.filter((column) => column !== AGENT) : columns}
      rowKey={({ id }) => id.value}
    />
  );
}
