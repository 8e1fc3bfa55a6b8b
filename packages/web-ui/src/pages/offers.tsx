// What frameworks are offered and have not answered.
import { useMemo } from 'preact/hooks';
import { formatQuantities, plural } from '../core/format.js';
import { quantitiesOf, sortedNames, sumOf } from '../core/quantities.js';
import { compareBy } from '../core/table-sort.js';
import { parseFilter, passes } from '../core/text-filter.js';
import { cluster, revision } from '../data/live.js';
import { usePoll } from '../data/poll.js';
import { flagsPoll, frameworksPoll } from '../data/polls.js';
import { route, setQuery } from '../data/router.js';
import { FilterBox } from '../parts/filter-box.js';
import { names } from '../parts/names.js';
import { OfferTable } from '../parts/offer-table.js';
import { PageHead } from '../parts/page-head.js';
import { Empty, ErrorNote, Panel } from '../parts/panel.js';

const FIELDS = ['framework', 'agent', 'role'];

export function OffersPage() {
  const poll = usePoll(frameworksPoll);
  const text = route.value.query.get('q') ?? '';
  const all = useMemo(
    () =>
      [...cluster.frameworks.values()]
        .flatMap(({ offers }) => offers)
        .sort(compareBy(({ framework_id: id }) => id.value, { isDescending: false, id: ({ id }) => id.value })),
    [revision.value],
  );
  const filter = parseFilter(text, FIELDS);
  const offers = all.filter((offer) => {
    const framework = names.framework(offer.framework_id.value);
    const agent = names.agent(offer.agent_id.value);
    const role = offer.allocation_info?.role ?? '*';
    const fields: { readonly [name: string]: string } = { framework, agent, role };
    return passes(filter, [offer.id.value, framework, agent, role], (field) => [fields[field] ?? '']);
  });
  const sum = sumOf(all.map(({ resources }) => quantitiesOf(resources)));
  const timeout = flagsPoll.value.value?.flags['offer_timeout'];
  const error = poll.error.value;
  return (
    <div class="page">
      <PageHead
        title="Offers"
        badge={<span class="count">{plural(all.length, 'offer')}</span>}
        sub={all.length > 0 && `on offer: ${formatQuantities(sum, sortedNames(Object.keys(sum)))}`}
      />
      {error !== undefined && <ErrorNote>offers: {error}</ErrorNote>}
      {all.length > 0 && (
        <div class="toolbar">
          <FilterBox
            label="filter offers"
            placeholder="framework, agent, role…"
            value={text}
            onInput={(q) => setQuery({ q })}
          />
        </div>
      )}
      <Panel isFlush>
        {offers.length > 0 && <OfferTable offers={offers} />}
        {offers.length === 0 && all.length > 0 && <Empty title="No offer matches the filter" />}
        {all.length === 0 && (
          <Empty title="No offers outstanding">
            <p>
              Frameworks have answered all of them, or there is nothing free to offer.
              {timeout !== undefined && ` An offer that nobody answers is taken back after ${timeout}.`}
            </p>
          </Empty>
        )}
      </Panel>
    </div>
  );
}
