import { useLoad } from "../../api/use-load.ts";
import { useApp } from "../../app-context.ts";
import { Time } from "../../components/time.tsx";

/** Says that the queue is paused: new jobs wait then, however idle the server is. */
export function PauseNotice() {
  const { api } = useApp();
  const { data } = useLoad((signal) => api.call("GET /api/v1/queue", { signal }), [], { on: ["queue.*"] });
  if (data === undefined || data.pauses.length === 0) return null;
  return (
    <div class="notice" role="status">
      {data.pauses.map(({ scope, note, pausedAt }) => (
        <p key={JSON.stringify(scope)}>
          <strong>{scope === "all" ? "The queue is paused" : `Task ${scope.taskId} is paused`}</strong> since{" "}
          <Time at={pausedAt} />
          {note === null ? "" : `: ${note}`}. <code>ratchet queue resume</code> ends it.
        </p>
      ))}
    </div>
  );
}
