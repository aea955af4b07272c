import type { NotificationDelivery } from "../../../../dist/generated/api-types.ts";
import { queryFrom } from "../../api/list-query.ts";
import { usePages } from "../../api/use-pages.ts";
import { useApp } from "../../app-context.ts";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { type Filter, FilterBar } from "../../components/filter-bar.tsx";
import { StatusBadge, type Tone } from "../../components/status-badge.tsx";
import { Time } from "../../components/time.tsx";
import { targetText } from "./target-text.ts";

const TONES: Readonly<Record<NotificationDelivery["state"], Tone>> = {
  pending: "waiting",
  delivered: "good",
  failed: "bad",
};

const FILTERS: readonly Filter[] = [
  {
    kind: "select",
    name: "state",
    label: "State",
    options: [
      { value: "pending", name: "Pending" },
      { value: "delivered", name: "Delivered" },
      { value: "failed", name: "Failed" },
    ],
  },
];

const COLUMNS: readonly Column<NotificationDelivery>[] = [
  { title: "Time", render: ({ createdAt }) => <Time at={createdAt} /> },
  { title: "Rule", render: ({ rule }) => rule },
  { title: "Message", render: ({ message }) => message },
  { title: "Receiver", render: ({ target }) => targetText(target), isWideOnly: true },
  { title: "State", render: ({ state }) => <StatusBadge status={state} tone={TONES[state]} /> },
  { title: "Tries", render: ({ tries }) => tries, kind: "number" },
  {
    title: "Latest response",
    render: ({ error, status }) => error ?? (status === null ? <span class="quiet">–</span> : `status ${status}`),
    isWideOnly: true,
  },
  { title: "Next try", render: ({ nextTryAt }) => <Time at={nextTryAt} />, isWideOnly: true },
];

const keyOf = ({ id }: NotificationDelivery) => id;

/** The messages that were sent or wait for it. */
export function Deliveries() {
  const { api, router } = useApp();
  const query = router.query.value;
  const sent = queryFrom<"GET /api/v1/notifications/deliveries">(query, ["state"]);
  const list = usePages(
    (cursor, signal) => api.call("GET /api/v1/notifications/deliveries", { query: { ...sent, cursor }, signal }),
    // Messages follow from what happens to these.
    { inputs: [query.toString()], keyOf, on: ["job.*", "schedule.*"] },
  );
  return (
    <section class="panel" aria-labelledby="deliveries">
      <div class="panel-head">
        <h2 id="deliveries">Deliveries</h2>
        <button type="button" class="small" onClick={list.reload}>
          Reload
        </button>
      </div>
      <FilterBar filters={FILTERS} />
      <DataTable
        caption="Deliveries"
        list={list}
        columns={COLUMNS}
        keyOf={keyOf}
        empty={
          sent.state === undefined ? (
            <EmptyState title="No message was sent yet.">
              <p>Messages appear here when a rule applies. "Send a test" tries a rule at once, and is not listed.</p>
            </EmptyState>
          ) : (
            <EmptyState title="No message is in this state." />
          )
        }
      />
    </section>
  );
}
