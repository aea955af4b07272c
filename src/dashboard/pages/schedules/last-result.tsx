import type { Schedule } from "../../../../dist/generated/api-types.ts";
import { useLoad } from "../../api/use-load.ts";
import { useApp } from "../../app-context.ts";
import { StatusBadge } from "../../components/status-badge.tsx";
import { Link } from "../../routing/link.tsx";

/** The status of the latest job of a schedule. */
export function LastResult({ id }: Schedule) {
  const { api } = useApp();
  const { data } = useLoad(
    (signal) => api.call("GET /api/v1/jobs", { query: { scheduleId: id, limit: 1 }, signal }),
    [id],
    { on: ["job.*"], matches: (event) => event.detail().scheduleId === id },
  );
  const job = data?.items[0];
  if (job === undefined) return <span class="quiet">–</span>;
  return (
    <>
      <StatusBadge status={job.status} /> <Link to={`/jobs/${job.id}`}>{`Job ${job.id}`}</Link>
    </>
  );
}
