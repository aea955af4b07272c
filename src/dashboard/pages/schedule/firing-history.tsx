import type { Firing } from "../../../../dist/generated/api-types.ts";
import { usePages } from "../../api/use-pages.ts";
import { useApp } from "../../app-context.ts";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { LocalTimes } from "../../components/local-times.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { Time } from "../../components/time.tsx";
import { Link } from "../../routing/link.tsx";
import { FIRING_TONES } from "./firing-mark.ts";

const COLUMNS: readonly Column<Firing>[] = [
  { title: "Time", render: ({ fireAt }) => <Time at={fireAt} exact /> },
  { title: "Kind", render: ({ kind }) => kind },
  { title: "Result", render: ({ status }) => <StatusBadge status={status} tone={FIRING_TONES[status]} /> },
  {
    title: "Job",
    render: ({ jobId }) =>
      jobId === null ? <span class="quiet">–</span> : <Link to={`/jobs/${jobId}`}>{`Job ${jobId}`}</Link>,
  },
  { title: "Note", render: ({ note }) => note !== null && <LocalTimes text={note} />, isWideOnly: true },
];

const keyOf = ({ fireAt, kind }: Firing) => `${fireAt} ${kind}`;

/** The past firings of a schedule, with their jobs. */
export function FiringHistory({ id }: { id: number }) {
  const { api } = useApp();
  const list = usePages(
    (cursor, signal) => api.call("GET /api/v1/schedules/:id/firings", { params: { id }, query: { cursor }, signal }),
    { inputs: [id], keyOf, on: ["schedule.*"] },
  );
  return (
    <section class="panel" aria-labelledby="history">
      <div class="panel-head">
        <h2 id="history">History</h2>
      </div>
      <DataTable
        caption="History"
        list={list}
        columns={COLUMNS}
        keyOf={keyOf}
        empty={
          <EmptyState title="It has not fired yet.">
            <p>It fires when its time comes. "Trigger" fires it once now.</p>
          </EmptyState>
        }
      />
    </section>
  );
}
