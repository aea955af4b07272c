import type { WorkflowEdge, WorkflowGraph, WorkflowNode } from "../../../domain/workflow.ts";
import { caseOf, notesOf, whatOf } from "./node-text.ts";

/** The brackets that give a node its form. */
const FORMS: Partial<Record<WorkflowNode["kind"], [open: string, close: string]>> = {
  switch: ["{{", "}}"],
  wait: ["([", "])"],
  sleep: ["([", "])"],
  approve: ["[/", "/]"],
  output: ["(", ")"],
  workflow: ["[[", "]]"],
};

const ARROWS: Record<WorkflowEdge["type"], string> = {
  depends: "-->",
  goTo: "-. fails .->",
  both: "-. fails .->",
  stream: "-. stream .->",
};

/** Writes a graph as a flowchart of Mermaid (https://mermaid.js.org/syntax/flowchart.html). */
export function mermaid({ nodes, edges }: WorkflowGraph): string {
  const ids = new Map(nodes.map(({ id }, index) => [id, `s${index}`]));
  const inner = Map.groupBy(nodes, ({ parent }) => parent);
  const lines = ["flowchart TD"];
  const add = (node: WorkflowNode, indent: string) => {
    const children = inner.get(node.id);
    const id = ids.get(node.id);
    if (children === undefined) {
      const [open, close] = FORMS[node.kind] ?? ["[", "]"];
      lines.push(`${indent}${id}${open}"${label(node)}"${close}`);
      return;
    }
    lines.push(`${indent}subgraph ${id}["${label(node)}"]`);
    for (const child of children) add(child, `${indent}  `);
    lines.push(`${indent}end`);
  };
  for (const node of inner.get(undefined) ?? []) add(node, "  ");
  for (const { from, to, type } of edges) {
    lines.push(`  ${ids.get(from)} ${ARROWS[type]} ${ids.get(to)}`);
  }
  for (const { id, compensate } of nodes) {
    if (compensate === undefined) continue;
    lines.push(`  ${ids.get(id)} -. undone by .-> ${ids.get(id)}u("task ${escaped(compensate)}")`);
  }
  return `${lines.join("\n")}\n`;
}

function label(node: WorkflowNode): string {
  const name = caseOf(node) || node.name;
  // The task that undoes a step is a node of its own.
  const { compensate: _, ...others } = node;
  return [name, whatOf(node), ...notesOf(others)].map(escaped).join("<br>");
}

/** Characters that end a label or begin something in it are written by their numbers. */
function escaped(text: string): string {
  return text.replace(/[^\p{L}\p{N} _.,:/()=+*!?-]/gu, (character) => `#${character.codePointAt(0)};`);
}
