import type { NamedPlace, StepReference, Workflow, WorkflowStep } from "../../domain/workflow.ts";
import { findCycles } from "./find-cycles.ts";
import type { Findings } from "./findings.ts";
import { streamGroups, streamInputOf } from "./step-streams.ts";
import { dependenciesOf, type StepValue, withInner } from "./step-values.ts";

/** Checks a use of `steps.NAME.stream`, which can only be the whole input of a step. */
export function checkStreamUse(
  { name, place }: StepReference,
  { member, value }: StepValue,
  { step, findings }: { step: WorkflowStep; findings: Findings },
): void {
  if (member === "input" && value.kind === "expression" && streamInputOf(step) !== undefined) return;
  const message = `steps.${name}.stream can only be the whole input of a step.`;
  findings.error(place, message, `Write input: \${ steps.${name}.stream }.`);
}

/** Checks the steps that streams connect: what they are, and that they do not wait for each other. */
export function checkStreams({ steps }: Workflow, findings: Findings): void {
  const byName = new Map(steps.map((step) => [step.name, step]));
  const targets = new Map<string, string>();
  for (const { name, onError } of steps) if (typeof onError === "object") targets.set(onError.goTo, name);
  for (const top of steps) {
    for (const step of withInner(top)) {
      const stream = streamInputOf(step);
      if (stream === undefined) continue;
      const own = findings.of(step.path);
      if (step !== top) {
        own.error(
          stream.place,
          "Only a step that is not inside another one can read a stream.",
          `Move it out of ${top.name}.`,
        );
      } else checkReader(step, stream, own);
      const from = targets.get(step.path);
      if (from !== undefined) {
        const message = `It runs only when ${from} has failed, and so it can't read a stream, which begins with the step that writes it.`;
        own.error(stream.place, message, `Use steps.${stream.name}.output.`);
      }
      const source = byName.get(stream.name);
      if (source !== undefined) checkSource(source, stream, findings);
    }
  }
}

function checkReader(step: WorkflowStep, { place }: StepReference, findings: Findings): void {
  if (step.kind !== "task") findings.error(place, "A workflow can't read a stream.", "Let a step with `task` read it.");
  else if (step.forEach !== undefined) {
    findings.error(place, "A step with forEach can't read a stream.", "Remove forEach: the task gets all items.");
  }
}

function checkSource(source: WorkflowStep, { name, place }: StepReference, findings: Findings): void {
  if (source.kind !== "task" || source.forEach !== undefined) {
    const what = source.kind === "task" ? "runs once for each item" : `is a step with ${source.kind}`;
    const message = `${name} has no stream: it ${what}.`;
    findings.error(place, message, "Only a step that runs a task once has a stream.");
  } else if (typeof source.onError === "object") {
    const message = `Step ${JSON.stringify(name)} goes to another step when it fails, so that nothing can read its stream.`;
    findings.error(source.onError.place, message, "Use onError: continue, or fail.");
  }
}

/**
 * Finds steps that would wait for each other for ever. Steps that streams connect start together and go on only together, so what
 * one of them waits for must not wait for another of them.
 */
export function checkStreamWaits({ steps }: Workflow, findings: Findings): void {
  const groupOf = new Map<string, { name: string; members: ReadonlySet<string> }>();
  for (const group of streamGroups(steps)) {
    const members = group.map(([index]) => steps[index]?.name ?? "");
    const one = { name: members[0] ?? "", members: new Set(members) };
    for (const member of members) groupOf.set(member, one);
  }
  if (groupOf.size === 0) return;
  const nodeOf = (name: string) => groupOf.get(name)?.name ?? name;
  const edges = new Map<string, (NamedPlace & { step: string; after: string })[]>();
  for (const step of steps) {
    const node = nodeOf(step.name);
    const own = dependenciesOf(step).map(({ name, place }) => ({
      ...{ name: nodeOf(name), place, step: step.path, after: name },
    }));
    edges.set(node, [...(edges.get(node) ?? []), ...own]);
  }
  const nodes = [...new Set(steps.map(({ name }) => nodeOf(name)))];
  for (const { edge } of findCycles(nodes, edges)) {
    const message = `It waits for ${edge.after} to end, and ${edge.after} for it: steps that streams connect run at the same time.`;
    const remedy = `Remove the dependency, or read steps.NAME.output in place of the stream.`;
    findings.of(edge.step).error(edge.place, message, remedy);
  }
}
