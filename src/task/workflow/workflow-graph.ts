import type {
  Workflow,
  WorkflowEdge,
  WorkflowGraph,
  WorkflowNode,
  WorkflowStep,
  WorkflowValue,
} from "../../domain/workflow.ts";
import { defined } from "../../lib/defined.ts";
import { streamInputOf } from "./step-streams.ts";
import { dependenciesOf } from "./step-values.ts";

/** Returns the steps of a workflow and what leads from one to another. */
export function workflowGraph({ steps }: Workflow): WorkflowGraph {
  const edges: WorkflowEdge[] = [];
  for (const step of steps) {
    const { onError, name } = step;
    if (typeof onError === "object") edges.push({ from: name, to: onError.goTo, type: "goTo" });
  }
  const goes = new Map(edges.map((edge) => [`${edge.from} ${edge.to}`, edge]));
  for (const step of steps) {
    for (const { name } of dependenciesOf(step)) {
      const known = goes.get(`${name} ${step.name}`);
      if (known === undefined) edges.push({ from: name, to: step.name, type: "depends" });
      else known.type = "both";
    }
    const stream = streamInputOf(step);
    if (stream !== undefined) edges.push({ from: stream.name, to: step.name, type: "stream" });
  }
  return { nodes: steps.flatMap((step) => nodesOf(step)), edges };
}

function nodesOf(step: WorkflowStep, within: Partial<WorkflowNode> = {}): WorkflowNode[] {
  const parent = step.path;
  const own = nodeOf(step, within);
  if (step.kind === "parallel") return [own, ...step.branches.flatMap((branch) => nodesOf(branch, { parent }))];
  if (step.kind !== "switch") return [own];
  const cases = step.cases.flatMap(({ key, step: inner }) => nodesOf(inner, { parent, case: key }));
  const otherwise = step.default === undefined ? [] : nodesOf(step.default, { parent, isDefault: true });
  return [own, ...cases, ...otherwise];
}

function nodeOf(step: WorkflowStep, within: Partial<WorkflowNode>): WorkflowNode {
  const { path, name, kind, place, onError } = step;
  const isCall = step.kind === "task" || step.kind === "workflow";
  return {
    id: path,
    name,
    kind,
    ...defined({
      subject: subjectOf(step),
      version: isCall ? step.version : undefined,
      ...within,
      if: step.if && textOf(step.if),
      forEach: isCall && step.forEach !== undefined ? textOf(step.forEach) : undefined,
      onError: onError === "fail" ? undefined : onError === "continue" ? onError : { goTo: onError.goTo },
      compensate: isCall ? step.compensate?.task.name : undefined,
    }),
    place,
  };
}

function subjectOf(step: WorkflowStep): string | undefined {
  switch (step.kind) {
    case "task":
    case "workflow":
      return step.task.name;
    case "switch":
      return textOf(step.value);
    case "wait":
      return textOf(step.signal);
    case "sleep":
      return step.until === undefined ? step.duration && textOf(step.duration) : `until ${textOf(step.until)}`;
    case "approve":
      return textOf(step.title);
    default:
      return undefined;
  }
}

/** Writes a value as in the file, more or less: a string without quotes, and anything else as JSON. */
function textOf(value: WorkflowValue): string {
  switch (value.kind) {
    case "literal":
      return typeof value.value === "string" ? value.value : JSON.stringify(value.value);
    case "expression":
      return written(value.expression.source);
    case "text":
      return value.parts.map((part) => (typeof part === "string" ? part : written(part.source))).join("");
    case "list":
      return `[${value.items.map(textOf).join(", ")}]`;
    case "map":
      return `{ ${value.members.map(([name, member]) => `${name}: ${textOf(member)}`).join(", ")} }`;
  }
}

function written(source: string): string {
  return `\${ ${source.trim().replace(/\s+/g, " ")} }`;
}
