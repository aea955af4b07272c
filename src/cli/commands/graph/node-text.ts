import type { WorkflowNode } from "../../../domain/workflow.ts";

/** Most characters of one part of a description. */
const LONGEST = 60;

/** Says what a step does: `task check-stock 1.2.0`. */
export function whatOf({ kind, subject, version }: WorkflowNode): string {
  const name = kind === "output" || kind === "parallel" ? kind : `${kind} ${shortened(subject ?? "")}`;
  return version === undefined ? name : `${name} ${version}`;
}

/** Says under which conditions and how often a step runs, and what happens when it fails. */
export function notesOf({ if: condition, forEach, onError, compensate }: WorkflowNode): string[] {
  const notes: string[] = [];
  if (condition !== undefined) notes.push(`if ${shortened(condition)}`);
  if (forEach !== undefined) notes.push(`for each of ${shortened(forEach)}`);
  if (onError === "continue") notes.push("goes on after an error");
  if (compensate !== undefined) notes.push(`undone by ${compensate}`);
  return notes;
}

/** Says when a step inside another one runs. Empty for others. */
export function caseOf(node: WorkflowNode): string {
  if (node.isDefault) return "default";
  return node.case === undefined ? "" : `case ${shortened(node.case)}`;
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 3)}...` : line;
}
