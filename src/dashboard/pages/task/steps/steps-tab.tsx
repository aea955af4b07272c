import type { TaskDetail, WorkflowGraph } from "../../../../../dist/generated/api-types.ts";
import { useChunk } from "../../../api/use-chunk.ts";
import { useLoad } from "../../../api/use-load.ts";
import { useApp } from "../../../app-context.ts";
import { ErrorBox } from "../../../components/error-box.tsx";
import { Loading } from "../../../components/loading.tsx";
import { Link } from "../../../routing/link.tsx";
import { isDrawable } from "../../../steps/drawable.ts";
import { nameOf, notesOf, pageOf, whatOf } from "../../../steps/step-words.ts";

const MOST_LISTED = 1_000;

/** The steps of a workflow: as a graph, and as a list. */
export function StepsTab({ task }: { task: TaskDetail }) {
  const { api } = useApp();
  const { data, problem } = useLoad(
    (signal) => api.call("GET /api/v1/tasks/:task/graph", { params: { task: task.uuid }, signal }),
    [task.uuid, task.version],
  );
  const chunk = useChunk(() => import("../../../steps/step-graph.tsx"));
  if (problem !== undefined) return <ErrorBox problem={problem} />;
  if (data === undefined) return <Loading />;
  const isDrawn = isDrawable(data);
  return (
    <>
      {isDrawn && chunk !== undefined && <chunk.StepGraph label={task.label} graph={data} />}
      {!isDrawn && <p class="quiet">{data.nodes.length} steps are too many to draw.</p>}
      <StepList graph={data} />
    </>
  );
}

/** What the graph shows, in words. */
function StepList({ graph: { nodes, edges } }: { graph: WorkflowGraph }) {
  const incoming = Map.groupBy(edges, ({ to }) => to);
  return (
    <ul class="connections">
      {nodes.slice(0, MOST_LISTED).map((step) => {
        const to = pageOf(step);
        const notes = notesOf(step, incoming.get(step.id) ?? []).join("; ");
        return (
          <li key={step.id} class={step.parent === null ? undefined : "inner-step"}>
            <b>{nameOf(step)}</b> {to === undefined ? whatOf(step) : <Link to={to}>{whatOf(step)}</Link>}
            {notes !== "" && <span class="quiet"> ({notes})</span>}
          </li>
        );
      })}
    </ul>
  );
}
