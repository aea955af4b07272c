import { useLoad } from "../api/use-load.ts";
import { useApp } from "../app-context.ts";
import { NoMatch } from "./no-match.tsx";

/** How many tasks are offered. */
const OFFERED = 8;

/** Says that no task has the label in the filter of a list, and offers those that contain it. */
export function NoSuchTask({ label }: { label: string }) {
  const { api, router } = useApp();
  const { data } = useLoad(
    (signal) =>
      api.call("GET /api/v1/tasks", { query: { search: label, sort: "label", order: "asc", limit: OFFERED }, signal }),
    [label],
    { keep: true },
  );
  const tasks = data?.items ?? [];
  return (
    <NoMatch title={`There is no task "${label}".`}>
      {tasks.length === 0 ? (
        <p>The filter takes the whole label of a task.</p>
      ) : (
        <>
          <p>The filter takes a whole label. These tasks are similar:</p>
          <p class="offers">
            {tasks.map((task) => (
              <button key={task.id} type="button" class="small" onClick={() => router.setQuery({ task: task.label })}>
                {task.label}
              </button>
            ))}
          </p>
        </>
      )}
    </NoMatch>
  );
}
