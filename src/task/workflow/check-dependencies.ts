import type { NamedPlace, Workflow, WorkflowStep } from "../../domain/workflow.ts";
import { checkStreamWaits } from "./check-streams.ts";
import { findCycles } from "./find-cycles.ts";
import type { Findings } from "./findings.ts";
import { streamInputOf } from "./step-streams.ts";
import { dependenciesOf } from "./step-values.ts";

/** How many steps of a cycle are named. */
const MAX_NAMED = 10;

/** Finds cycles, and steps after a step that only runs when another one has failed. */
export function checkDependencies({ steps }: Workflow, findings: Findings): void {
  const targets = new Map<string, WorkflowStep>();
  for (const step of steps) if (typeof step.onError === "object") targets.set(step.onError.goTo, step);
  const edges = new Map<string, NamedPlace[]>();
  for (const step of steps) edges.set(step.name, [...dependenciesOf(step), ...streamsOf(step)]);
  for (const step of steps) {
    for (const { name, place } of edges.get(step.name) ?? []) {
      const from = targets.get(name);
      if (from === undefined || name === step.name) continue;
      const message = `It depends on ${name}, which runs only when ${from.name} has failed, and then in place of the steps after it.`;
      const remedy = `Remove the reference, or let ${name} do what comes after it.`;
      findings.of(step.path).error(place, `${message} So ${name} is unreachable as a dependency.`, remedy);
    }
  }
  for (const [target, step] of targets) {
    const { onError } = step;
    if (typeof onError !== "object") continue;
    if (target === step.name)
      findings.of(step.path).error(onError.place, "The step goes to itself.", "Use retry, or go to another step.");
    else edges.get(target)?.push({ name: step.name, place: onError.place });
  }
  const cycles = findCycles(edges.keys(), edges);
  for (const { cycle, from, edge } of cycles) reportCycle(cycle, from, edge, findings);
  if (cycles.length === 0) checkStreamWaits({ steps }, findings);
}

function streamsOf(step: WorkflowStep): NamedPlace[] {
  const stream = streamInputOf(step);
  return stream === undefined ? [] : [stream];
}

function reportCycle(cycle: readonly string[], from: string, { place }: NamedPlace, findings: Findings): void {
  if (cycle.length === 2) {
    findings
      .of(from)
      .error(place, "The step depends on itself.", "Refer to other steps only; a compensation may refer to its own.");
    return;
  }
  const named = cycle.length > MAX_NAMED ? [...cycle.slice(0, MAX_NAMED - 1), "...", cycle.at(-1)] : cycle;
  const message = `The steps depend on each other in a cycle: ${named.join(" after ")}.`;
  findings.of(from).error(place, message, "Remove one of these dependencies.");
}
