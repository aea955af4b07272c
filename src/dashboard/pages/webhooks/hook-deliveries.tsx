import type { Delivery } from "../../../../dist/generated/api-types.ts";
import { usePages } from "../../api/use-pages.ts";
import { useApp } from "../../app-context.ts";
import { Bytes } from "../../components/bytes.tsx";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { StatusBadge, type Tone } from "../../components/status-badge.tsx";
import { Time } from "../../components/time.tsx";
import { ActionButton } from "../../detail/action-button.tsx";
import { Link } from "../../routing/link.tsx";

const TONES: Readonly<Record<Delivery["status"], Tone>> = { accepted: "good", refused: "bad", replayed: "good" };

const COLUMNS: readonly Column<Delivery>[] = [
  { title: "Time", render: ({ receivedAt }) => <Time at={receivedAt} /> },
  { title: "Delivery", render: ({ id, deliveryId }) => <code>{deliveryId ?? id}</code> },
  { title: "Status", render: ({ status }) => <StatusBadge status={status} tone={TONES[status]} /> },
  { title: "Reason", render: ({ reason }) => reason, isWideOnly: true },
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
  const { api, access } = useApp();
  const list = usePages(
    (cursor, signal) =>
      api.call("GET /api/v1/webhooks/:name/deliveries", { params: { name }, query: { cursor }, signal }),
    { inputs: [name], keyOf, on: ["job.*"] },
  );
  const replay = async (id: number) => {
    const { job } = await api.call("POST /api/v1/webhooks/:name/deliveries/:id/replay", { params: { name, id } });
    list.reload();
    return `Job ${job.id} was created.`;
  };
  const actions: Column<Delivery> = {
    title: "Actions",
    render: ({ id }) => <ActionButton name="Replay" onAct={() => replay(id)} />,
  };
  return (
    <section class="panel" aria-labelledby="deliveries">
      <div class="panel-head">
        <h2 id="deliveries">Deliveries of {name}</h2>
      </div>
      <DataTable
        caption={`Deliveries of ${name}`}
        list={list}
        columns={access.can("write") ? [...COLUMNS, actions] : COLUMNS}
        keyOf={keyOf}
        empty={<EmptyState title="Nothing was delivered yet." />}
      />
    </section>
  );
}
