import type { WorkflowGraph } from "../../domain/workflow.ts";

/**
 * Returns the labels of the operations of a step and of everything that follows it in a workflow; undefined if the workflow has no
 * such step. Of a step inside of another, only itself is meant and not its siblings, and what follows the outer step.
 * @param from its path, such as `notify.customer`
 */
export function followingSteps({ nodes, edges }: WorkflowGraph, from: string): ReadonlySet<string> | undefined {
  if (!nodes.some(({ id }) => id === from)) return undefined;
  const outer = from.split(".")[0] ?? from;
  const reached = new Set<string>();
  const open = [outer];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const { from: start, to } of edges) {
      if (start !== at || reached.has(to)) continue;
      reached.add(to);
      open.push(to);
    }
  }
  const isWithin = (id: string, step: string) => id === step || id.startsWith(`${step}.`);
  const again = nodes.filter(({ id }) => isWithin(id, from) || reached.has(id.split(".")[0] ?? id));
  return new Set(again.map(({ id }) => id));
}
