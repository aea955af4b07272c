import type { WorkflowEdge, WorkflowGraph, WorkflowNode } from "../../../domain/workflow.ts";
import { printable } from "../../framework/output.ts";
import { caseOf, notesOf, whatOf } from "./node-text.ts";

const SHAPES: Partial<Record<WorkflowNode["kind"], string>> = {
  switch: "diamond",
  wait: "oval",
  sleep: "oval",
  approve: "parallelogram",
  workflow: "box3d",
  output: "note",
};

/** How an arrow is drawn. */
const STYLES: Record<WorkflowEdge["type"], readonly string[]> = {
  depends: [],
  goTo: ["style=dotted", 'label="fails"'],
  both: ["style=dotted", 'label="fails"'],
  stream: ["style=dashed", 'label="stream"'],
};

/** Writes a graph in the language of Graphviz (https://graphviz.org/doc/info/lang.html). */
export function dot({ nodes, edges }: WorkflowGraph, name: string): string {
  const inner = Map.groupBy(nodes, ({ parent }) => parent);
  const lines = [`digraph ${quoted(name)} {`, "  compound=true;", '  node [shape=box, fontname="sans-serif"];'];
  const add = (node: WorkflowNode, indent: string) => {
    const label = quoted([caseOf(node) || node.name, whatOf(node), ...notesOf(node)].join("\n"));
    const children = inner.get(node.id);
    if (children === undefined) {
      lines.push(`${indent}${quoted(node.id)} [label=${label}, shape=${SHAPES[node.kind] ?? "box"}];`);
      return;
    }
    lines.push(`${indent}subgraph ${quoted(`cluster ${node.id}`)} {`, `${indent}  label=${label};`);
    for (const child of children) add(child, `${indent}  `);
    lines.push(`${indent}}`);
  };
  for (const node of inner.get(undefined) ?? []) add(node, "  ");
  // An arrow leads to a node; it ends at the border of a group when it names the group as well.
  const nodeIn = (id: string): string => {
    const [first] = inner.get(id) ?? [];
    return first === undefined ? id : nodeIn(first.id);
  };
  for (const { from, to, type } of edges) {
    const attributes = [
      ...(inner.has(from) ? [`ltail=${quoted(`cluster ${from}`)}`] : []),
      ...(inner.has(to) ? [`lhead=${quoted(`cluster ${to}`)}`] : []),
      ...STYLES[type],
    ];
    const shown = attributes.length === 0 ? "" : ` [${attributes.join(", ")}]`;
    lines.push(`  ${quoted(nodeIn(from))} -> ${quoted(nodeIn(to))}${shown};`);
  }
  return `${lines.join("\n")}\n}\n`;
}

/** Control characters are written out: a terminal would obey them. */
function quoted(text: string): string {
  const safe = text.split("\n").map(printable).join("\n");
  return `"${safe.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}
