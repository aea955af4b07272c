import type { TaskDetail } from "../../../../../dist/generated/api-types.ts";
import type { Api } from "../../../api/client.ts";
import { useChunk } from "../../../api/use-chunk.ts";
import { useLoad } from "../../../api/use-load.ts";
import { useApp } from "../../../app-context.ts";
import { EmptyState } from "../../../components/empty-state.tsx";
import { ErrorBox } from "../../../components/error-box.tsx";
import { Loading } from "../../../components/loading.tsx";
import { ConnectionList } from "./connection-list.tsx";
import { type Connections, connectionsOf } from "./connections.ts";

/** How many of the latest executions are looked at, and how many of their ledgers are read at most. */
const EXECUTIONS = 50;
const LEDGERS = 8;

/** What starts a task and what it touched lately: as a graph, and as lists. */
export function ConnectionsTab({ task }: { task: TaskDetail }) {
  const { api } = useApp();
  const { data, problem } = useLoad((signal) => load(api, task, signal), [task.uuid], {
    on: ["schedule.*", "task.*"],
  });
  const chunk = useChunk(() => import("./connection-graph.tsx"));
  if (data === undefined) return problem === undefined ? <Loading /> : <ErrorBox problem={problem} />;
  const { starts, uses } = data;
  return (
    <>
      {starts.length === 0 && uses.length === 0 && (
        <EmptyState title="Nothing starts the task by itself, and it touched nothing lately.">
          <p>A schedule or a webhook of the task appears here, and so does every server that it calls.</p>
        </EmptyState>
      )}
      {chunk !== undefined && starts.length + uses.length > 0 && (
        <chunk.ConnectionGraph label={task.label} starts={starts} uses={uses} />
      )}
      <div class="columns">
        {starts.length > 0 && <ConnectionList title="Started by" items={starts} />}
        {uses.length > 0 && <ConnectionList title="Uses" items={uses} />}
      </div>
    </>
  );
}

async function load(api: Api, task: TaskDetail, signal: AbortSignal): Promise<Connections> {
  const query = { task: task.uuid, limit: 100 };
  const [schedules, webhooks, executions] = await Promise.all([
    api.call("GET /api/v1/schedules", { query, signal }),
    api.call("GET /api/v1/webhooks", { query, signal }),
    api.call("GET /api/v1/executions", { query: { task: task.uuid, limit: EXECUTIONS }, signal }),
  ]);
  const ended = executions.items.filter(({ finishedAt }) => finishedAt !== null);
  // Those that called something say more than others.
  const telling = ended.toSorted((one, other) => (other.usage.fetchCount ?? 0) - (one.usage.fetchCount ?? 0));
  const ledgers = await Promise.all(
    telling
      .slice(0, LEDGERS)
      .map(({ id }) => api.call("GET /api/v1/executions/:id/ledger", { params: { id }, signal })),
  );
  return connectionsOf(task, schedules.items, webhooks.items, ledgers);
}
