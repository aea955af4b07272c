import type { Execution } from "../../../../dist/generated/api-types.ts";
import { useLoad } from "../../api/use-load.ts";
import { useApp } from "../../app-context.ts";
import { StatusBadge } from "../../components/status-badge.tsx";
import { Time } from "../../components/time.tsx";
import { Link } from "../../routing/link.tsx";

/** What {@link LastRun} takes. */
export interface LastRunProps {
  /** Id of the task. */
  id: number;
  /** The latest executions of all tasks; undefined until they are loaded. */
  latest: readonly Execution[] | undefined;
  /** Whether there are no others. */
  isAll: boolean;
}

/** How and when a task ran last. */
export function LastRun({ id, latest, isAll }: LastRunProps) {
  if (latest === undefined) return <span class="quiet">…</span>;
  const own = latest.find(({ taskId }) => taskId === id);
  if (own !== undefined) return <Run {...own} />;
  return isAll ? <span class="quiet">never</span> : <LoadedRun id={id} />;
}

function LoadedRun({ id }: { id: number }) {
  const { api } = useApp();
  const { data } = useLoad(
    (signal) => api.call("GET /api/v1/executions", { query: { task: String(id), limit: 1 }, signal }),
    [id],
    { on: ["execution.*"] },
  );
  const run = data?.items[0];
  if (run === undefined) return <span class="quiet">{data === undefined ? "…" : "never"}</span>;
  return <Run {...run} />;
}

function Run({ id, status, finishedAt, createdAt }: Execution) {
  return (
    <>
      <StatusBadge status={status} />{" "}
      <Link to={`/executions/${id}`}>
        <Time at={finishedAt ?? createdAt} />
      </Link>
    </>
  );
}
