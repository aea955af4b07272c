import { STEP_KINDS, type WorkflowGraph } from "../../domain/workflow.ts";
import { ID, TEXT, TEXT_OR_NULL } from "./parts.ts";
import { defineResource, type View } from "./resource.ts";

const STEP_KIND = { type: "string", enum: STEP_KINDS } as const;
const ON_ERROR = { type: "string", enum: ["fail", "continue", "goTo"] } as const;
const EDGE_TYPE = { type: "string", enum: ["depends", "goTo", "both", "stream"] } as const;

/** A step of a workflow, as it is drawn. */
export const WORKFLOW_NODE = defineResource("A step of a workflow.", {
  id: { ...TEXT, description: "Its path, such as notify.customer: the label of its operations." },
  name: { ...TEXT, description: "Its name." },
  kind: { ...STEP_KIND, description: "Its kind." },
  subject: {
    ...TEXT_OR_NULL,
    description: "What it is about: the task, signal, duration or title, or the value of a switch.",
  },
  version: { ...TEXT_OR_NULL, description: "The version of the task, if it is exact." },
  parent: { ...TEXT_OR_NULL, description: "The id of the step that it is part of." },
  case: { ...TEXT_OR_NULL, description: "The case of its parent for which it runs." },
  isDefault: { type: "boolean", description: "Whether it runs when no case of its parent matches." },
  if: { ...TEXT_OR_NULL, description: "Its condition, as it is written." },
  forEach: { ...TEXT_OR_NULL, description: "The list for each item of which it runs, as it is written." },
  onError: { ...ON_ERROR, description: "What happens when it fails; edges say where it goes." },
  compensate: { ...TEXT_OR_NULL, description: "The task that undoes it." },
  line: { ...ID, description: "Line of its name in workflow.yaml." },
});

/** An arrow between steps. */
export const WORKFLOW_EDGE = defineResource("An arrow between two steps.", {
  from: { ...TEXT, description: "The id of the step where it begins." },
  to: { ...TEXT, description: "The id of the step where it ends." },
  type: {
    ...EDGE_TYPE,
    description: "depends: `to` runs after `from`. goTo: `to` runs when `from` fails. both: it refers to `from` too.",
  },
});

/** The graph of a workflow. */
export const WORKFLOW_GRAPH = defineResource("The steps of a workflow, and the edges between them.", {
  nodes: { type: "array", items: WORKFLOW_NODE, description: "The steps, in the order of the file." },
  edges: { type: "array", items: WORKFLOW_EDGE, description: "What leads from one step to another." },
});

/** Returns a graph as REST shows it. */
export function workflowGraphView({ nodes, edges }: WorkflowGraph): View<typeof WORKFLOW_GRAPH> {
  return {
    nodes: nodes.map((node) => ({
      id: node.id,
      name: node.name,
      kind: node.kind,
      subject: node.subject ?? null,
      version: node.version ?? null,
      parent: node.parent ?? null,
      case: node.case ?? null,
      isDefault: node.isDefault ?? false,
      if: node.if ?? null,
      forEach: node.forEach ?? null,
      onError: typeof node.onError === "object" ? "goTo" : (node.onError ?? "fail"),
      compensate: node.compensate ?? null,
      line: node.place.line,
    })),
    edges: edges.map(({ from, to, type }) => ({ from, to, type })),
  };
}
