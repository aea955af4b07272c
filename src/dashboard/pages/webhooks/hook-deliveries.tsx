import type { Delivery } from "../../../../dist/generated/api-types.ts";
import { queryFrom } from "../../api/list-query.ts";
import { usePages } from "../../api/use-pages.ts";
import { useApp } from "../../app-context.ts";
import { Bytes } from "../../components/bytes.tsx";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { type Filter, FilterBar } from "../../components/filter-bar.tsx";
import { StatusBadge, type Tone } from "../../components/status-badge.tsx";
import { Time } from "../../components/time.tsx";
import { ActionButton } from "../../detail/action-button.tsx";
import { Link } from "../../routing/link.tsx";

const TONES: Readonly<Record<Delivery["status"], Tone>> = { accepted: "good", refused: "bad", replayed: "good" };

const FILTERS: readonly Filter[] = [
  {
    kind: "select",
    name: "status",
    label: "Status",
    options: [
      { value: "accepted", name: "Accepted" },
      { value: "refused", name: "Refused" },
      { value: "replayed", name: "Replayed" },
    ],
  },
];

const COLUMNS: readonly Column<Delivery>[] = [
  { title: "Time", render: ({ receivedAt }) => <Time at={receivedAt} /> },
  { title: "Delivery", render: ({ id, deliveryId }) => <code>{deliveryId ?? id}</code> },
  { title: "Status", render: ({ status }) => <StatusBadge status={status} tone={TONES[status]} /> },
  {
    title: "Reason",
    render: ({ reason, replayOf }) => (replayOf === null ? reason : `replay of delivery ${replayOf}`),
    isWideOnly: true,
  },
  {
    title: "Job",
    render: ({ jobId }) =>
      jobId === null ? <span class="quiet">–</span> : <Link to={`/jobs/${jobId}`}>{`Job ${jobId}`}</Link>,
  },
  { title: "Size", render: ({ bytes }) => <Bytes value={bytes} />, kind: "number", isWideOnly: true },
];

const keyOf = ({ id }: Delivery) => id;

/** What a webhook has received. */
export function HookDeliveries({ name }: { name: string }) {
  const { api, access, router } = useApp();
  const query = router.query.value;
  const sent = queryFrom<"GET /api/v1/webhooks/:name/deliveries">(query, ["status"]);
  const list = usePages(
    (cursor, signal) =>
      api.call("GET /api/v1/webhooks/:name/deliveries", { params: { name }, query: { ...sent, cursor }, signal }),
    { inputs: [name, query.toString()], keyOf, on: ["job.*"] },
  );
  const replay = async (id: number) => {
    const { job } = await api.call("POST /api/v1/webhooks/:name/deliveries/:id/replay", { params: { name, id } });
    list.reload();
    return `Job ${job.id} was created.`;
  };
  const actions: Column<Delivery> = {
    title: "Actions",
    // A refused delivery can't be replayed: it was never verified.
    render: ({ id, status }) => status !== "refused" && <ActionButton name="Replay" onAct={() => replay(id)} />,
  };
  return (
    <section class="panel" aria-labelledby="deliveries">
      <div class="panel-head">
        <h2 id="deliveries">Deliveries of {name}</h2>
        <button type="button" class="small" onClick={list.reload}>
          Reload
        </button>
      </div>
      <FilterBar filters={FILTERS} />
      <DataTable
        caption={`Deliveries of ${name}`}
        list={list}
        columns={access.can("write") ? [...COLUMNS, actions] : COLUMNS}
        keyOf={keyOf}
        empty={
          query.has("status") ? (
            <EmptyState title="No delivery has this status." />
          ) : (
            <EmptyState title="Nothing was delivered yet.">
              <p>
                Enter the address <code>{router.href(`/hooks/${name}`)}</code> at the service that sends deliveries,
                with the same secret.
              </p>
            </EmptyState>
          )
        }
      />
    </section>
  );
}
