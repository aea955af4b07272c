import type { JobDetail } from "../../../../dist/generated/api-types.ts";
import { useLoad } from "../../api/use-load.ts";
import { useApp } from "../../app-context.ts";
import { Time } from "../../components/time.tsx";
import { Link } from "../../routing/link.tsx";

/** The audit log is read around the time of the job only, in ms: it may be very long. */
const AROUND_MS = 5_000;

/** Who or what created a job, as far as the reader may know it. */
export function Creator({ job: { id, createdAt, scheduleId, scheduledAt } }: { job: JobDetail }) {
  const { api, access } = useApp();
  const isVisible = scheduleId === null && access.canForAllTasks("admin");
  const { data } = useLoad<string | undefined>(
    async (signal) => {
      if (!isVisible) return undefined;
      const at = Date.parse(createdAt);
      const query = {
        target: `jobs/${id}`,
        createdFrom: new Date(at - AROUND_MS).toISOString(),
        createdTo: new Date(at + AROUND_MS).toISOString(),
        order: "asc",
        limit: 1,
      } as const;
      const { items } = await api.call("GET /api/v1/audit", { query, signal });
      return items[0]?.actor;
    },
    [id, isVisible],
  );
  if (scheduleId !== null) {
    return (
      <>
        by <Link to={`/schedules/${scheduleId}`}>schedule {scheduleId}</Link>
        {scheduledAt !== null && (
          <>
            {" "}
            for <Time at={scheduledAt} exact />
          </>
        )}
      </>
    );
  }
  // Without access control, everything is done by "local".
  return data === undefined || data === "local" ? null : <>by {data}</>;
}
