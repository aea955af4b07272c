import type { WorkflowGraph } from "../../../dist/generated/api-types.ts";

/** A graph of more takes seconds to lay out, and nobody can read it. */
const MOST_STEPS = 500;
const MOST_EDGES = 1_000;

/** Whether a graph is drawn. A list has all steps in any case. */
export function isDrawable({ nodes, edges }: WorkflowGraph): boolean {
  return nodes.length <= MOST_STEPS && edges.length <= MOST_EDGES;
}
