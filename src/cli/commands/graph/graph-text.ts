import type { WorkflowEdge, WorkflowGraph, WorkflowNode } from "../../../domain/workflow.ts";
import { type Paint, printable } from "../../framework/output.ts";
import { caseOf, notesOf, whatOf } from "./node-text.ts";

/** Writes a graph for people: a line for each step, after those that it depends on; steps inside others are indented. */
export function graphText({ nodes, edges }: WorkflowGraph, paint: Paint): string {
  const inner = Map.groupBy(nodes, ({ parent }) => parent);
  const incoming = Map.groupBy(edges, ({ to }) => to);
  const rows = inOrder(inner.get(undefined) ?? [], edges).flatMap((node) => rowsOf(node, { inner, incoming }, 0));
  const widths = [0, 1].map((column) => Math.max(0, ...rows.map((row) => Bun.stringWidth(row[column] ?? ""))));
  const lines = rows.map(([name = "", what = "", notes = ""]) => {
    const padded = [name, what].map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - Bun.stringWidth(cell)));
    return `${padded[0]}  ${padded[1]}  ${paint("dim", notes)}`.trimEnd();
  });
  return `${lines.join("\n")}\n`;
}

interface Neighbours {
  inner: ReadonlyMap<string | undefined, WorkflowNode[]>;
  incoming: ReadonlyMap<string, WorkflowEdge[]>;
}

function rowsOf(node: WorkflowNode, neighbours: Neighbours, depth: number): string[][] {
  const edges = neighbours.incoming.get(node.id) ?? [];
  const after = edges.filter(({ type }) => type === "depends").map(({ from }) => from);
  const failed = edges.filter(({ type }) => type === "goTo" || type === "both").map(({ from }) => from);
  const streams = edges.filter(({ type }) => type === "stream").map(({ from }) => from);
  const notes = [
    ...(failed.length > 0 ? [`when ${failed.join(" or ")} fails`] : []),
    ...(streams.length > 0 ? [`reads the stream of ${streams.join(", ")}`] : []),
    ...(after.length > 0 ? [`after ${after.join(", ")}`] : []),
    ...notesOf(node),
  ];
  const isNamedByCase = node.case === node.name || node.isDefault;
  const name = node.case !== undefined || isNamedByCase ? caseOf(node) : node.name;
  const row = [`${"  ".repeat(depth)}${name}`, whatOf(node), notes.join("; ")].map((cell) => printable(cell));
  const children = neighbours.inner.get(node.id) ?? [];
  return [row, ...children.flatMap((child) => rowsOf(child, neighbours, depth + 1))];
}

/** Orders steps so that each comes after those that it depends on, and otherwise as in the file. */
function inOrder(nodes: readonly WorkflowNode[], edges: readonly WorkflowEdge[]): WorkflowNode[] {
  const open = new Map(nodes.map(({ id }) => [id, 0]));
  for (const { to } of edges) open.set(to, (open.get(to) ?? 0) + 1);
  const outgoing = Map.groupBy(edges, ({ from }) => from);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const ready = nodes.filter(({ id }) => open.get(id) === 0);
  for (let next = 0; next < ready.length; next++) {
    for (const { to } of outgoing.get(ready[next]?.id ?? "") ?? []) {
      const left = (open.get(to) ?? 0) - 1;
      open.set(to, left);
      const node = byId.get(to);
      if (left === 0 && node !== undefined) ready.push(node);
    }
  }
  return ready;
}
