import type { WorkflowGraph } from "../../../dist/generated/api-types.ts";

/** A step of a workflow. */
export type Step = WorkflowGraph["nodes"][number];

/** How a step is called: by its case if it is one of a switch. */
export function nameOf({ name, case: when, isDefault }: Step): string {
  if (isDefault) return "default";
  return when === null ? name : `case ${when}`;
}

/** Says what a step does: `task check-stock 1.2.0`. */
export function whatOf({ kind, subject, version }: Step): string {
  return [kind, subject, version].filter((word) => word !== null).join(" ");
}

/** Says when a step runs and what happens when it fails. @param edges those that end at it */
export function notesOf(step: Step, edges: WorkflowGraph["edges"]): string[] {
  const after = edges.filter(({ type }) => type === "depends").map(({ from }) => from);
  const streams = edges.filter(({ type }) => type === "stream").map(({ from }) => from);
  const failed = edges.filter(({ type }) => type === "goTo" || type === "both").map(({ from }) => from);
  return [
    ...(failed.length > 0 ? [`when ${failed.join(" or ")} fails`] : []),
    ...(streams.length > 0 ? [`reads the stream of ${streams.join(", ")}`] : []),
    ...(after.length > 0 ? [`after ${after.join(", ")}`] : []),
    ...(step.if === null ? [] : [`if ${step.if}`]),
    ...(step.forEach === null ? [] : [`for each of ${step.forEach}`]),
    ...(step.onError === "continue" ? ["goes on after an error"] : []),
    ...(step.compensate === null ? [] : [`undone by ${step.compensate}`]),
  ];
}

/** The page about the task that a step calls. */
export function pageOf({ kind, subject }: Step): string | undefined {
  const isCall = kind === "task" || kind === "workflow";
  return isCall && subject !== null ? `/tasks/${encodeURIComponent(subject)}` : undefined;
}
