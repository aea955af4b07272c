import { useMemo } from "preact/hooks";
import type { ExecutionDetail, Operation, WorkflowGraph } from "../../../dist/generated/api-types.ts";
import { useChunk } from "../api/use-chunk.ts";
import { useLoad } from "../api/use-load.ts";
import { useApp } from "../app-context.ts";
import { Duration } from "../components/duration.tsx";
import { StatusBadge } from "../components/status-badge.tsx";
import { Link } from "../routing/link.tsx";
import { isDrawable } from "../steps/drawable.ts";
import { type StepState, stepStates } from "../steps/step-state.ts";
import { nameOf, whatOf } from "../steps/step-words.ts";

/** What {@link RunSteps} takes. */
export interface RunStepsProps {
  execution: ExecutionDetail;
  operations: readonly Operation[];
}

/** The steps of a workflow in one of its runs, as a graph and as a list. Nothing for other tasks. */
export function RunSteps({ execution: { task, version, status }, operations }: RunStepsProps) {
  const { api, now } = useApp();
  // Only the steps of a workflow file have labels.
  const isWorkflow = task !== null && operations.some(({ label }) => label !== null);
  const { data: graph } = useLoad<WorkflowGraph | undefined>(
    async (signal) =>
      task === null || !isWorkflow
        ? undefined
        : await api.call("GET /api/v1/tasks/:task/graph", {
            params: { task: task.uuid },
            query: version === null ? {} : { version },
            signal,
          }),
    [task?.uuid, version ?? "", isWorkflow],
  );
  const chunk = useChunk(() => import("../steps/step-graph.tsx"));
  const isOpen = operations.some(({ state }) => state === "open");
  const at = isOpen ? now.value : 0;
  const states = useMemo(
    () => (graph === undefined ? undefined : stepStates(graph, { status, operations, now: at })),
    [graph, status, operations, at],
  );
  if (graph === undefined || states === undefined) return null;
  return (
    <section class="panel" aria-labelledby="run-steps">
      <h2 id="run-steps">Steps</h2>
      {chunk !== undefined && isDrawable(graph) && (
        <chunk.StepGraph label={task?.label ?? "the workflow"} graph={graph} states={states} />
      )}
      <details open={!isDrawable(graph)}>
        <summary>Steps as a list</summary>
        <ul class="connections">
          {graph.nodes.map((step) => (
            <li key={step.id} class={step.parent === null ? undefined : "inner-step"}>
              <b>{nameOf(step)}</b> <StateOfStep what={whatOf(step)} state={states.get(step.id)} />
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}

function StateOfStep({ what, state }: { what: string; state: StepState | undefined }) {
  if (state === undefined) return <>{what}</>;
  const { status, ms, to } = state;
  return (
    <>
      {to === undefined ? what : <Link to={to}>{what}</Link>} <StatusBadge status={status} />{" "}
      {ms !== undefined && <Duration ms={ms} />}
    </>
  );
}
