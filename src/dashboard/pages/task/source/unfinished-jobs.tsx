import type { TaskVersion } from "../../../../../dist/generated/api-types.ts";
import { Link } from "../../../routing/link.tsx";

/** Who still runs on a version: a link to its jobs for each status. @param label of the task */
export function UnfinishedJobs({
  label,
  version,
  unfinished,
}: Pick<TaskVersion, "version" | "unfinished"> & { label: string }) {
  const shown = Object.entries(unfinished).filter(([, count]) => count > 0);
  if (shown.length === 0) return <span class="quiet">none</span>;
  return (
    <>
      {shown.map(([status, count], at) => (
        <span key={status}>
          {at > 0 && ", "}
          <Link to={`/jobs?${new URLSearchParams({ task: label, version, status })}`} class="nowrap">
            {count} {status.replaceAll("_", " ")}
          </Link>
        </span>
      ))}
    </>
  );
}
