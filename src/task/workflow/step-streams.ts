import type { StepReference, WorkflowStep } from "../../domain/workflow.ts";

/** Returns where a step refers to the stream that is its whole input; undefined if its input is something else. */
export function streamInputOf(step: WorkflowStep): StepReference | undefined {
  if ((step.kind !== "task" && step.kind !== "workflow") || step.input?.kind !== "expression") return undefined;
  const { chain, references, source } = step.input.expression;
  const [reference] = references;
  const isStream = chain?.length === 3 && chain[0] === "steps" && chain[2] === "stream" && !source.includes("?");
  return isStream && references.length === 1 ? reference : undefined;
}

/**
 * Returns the top-level steps that streams connect, by their indexes, each with the step whose stream it reads; -1 for none. Those
 * of a group start together. Each comes after the one whose stream it reads. Steps that read each other in a circle are left out.
 */
export function streamGroups(steps: readonly WorkflowStep[]): [step: number, source: number][][] {
  const indexes = new Map(steps.map(({ name }, index) => [name, index]));
  const readers = new Map<number, number[]>();
  const isReader = new Set<number>();
  for (const [index, step] of steps.entries()) {
    const stream = streamInputOf(step);
    const source = stream && indexes.get(stream.name);
    if (source === undefined) continue;
    isReader.add(index);
    readers.set(source, [...(readers.get(source) ?? []), index]);
  }
  const groups: [number, number][][] = [];
  for (const first of readers.keys()) {
    if (isReader.has(first)) continue;
    const group: [number, number][] = [[first, -1]];
    for (const [member] of group) for (const reader of readers.get(member) ?? []) group.push([reader, member]);
    groups.push(group);
  }
  return groups;
}
