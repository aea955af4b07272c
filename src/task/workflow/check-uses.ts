import type { StepReference, Workflow, WorkflowExpression, WorkflowStep } from "../../domain/workflow.ts";
import { nearest } from "../../lib/nearest.ts";
import { checkStreams, checkStreamUse } from "./check-streams.ts";
import type { Findings } from "./findings.ts";
import { expressionsOf, withInner } from "./step-values.ts";
import { expressionsIn, literalOf } from "./templates.ts";

/** What `steps.NAME` has. */
const MEMBERS = ["status", "output", "error", "stream"] as const;
/** How many unknown names are compared with the known ones. */
const MAX_COMPARED = 20;

/** What is known about the names of a workflow. */
interface Names {
  /** Those of all top-level steps, also of steps that could not be read. */
  all: ReadonlySet<string>;
  /** Those of steps inside others, with the path of one that has it. */
  inner: ReadonlyMap<string, string>;
  compared: number;
}

/** Checks that expressions and `after` use only what exists and can be seen there. */
export function checkUses(workflow: Workflow, all: ReadonlySet<string>, findings: Findings): void {
  const inner = new Map<string, string>();
  for (const step of workflow.steps) {
    for (const { name, path } of withInner(step).slice(1)) if (!inner.has(name)) inner.set(name, path);
  }
  const names: Names = { all, inner, compared: 0 };
  for (const top of workflow.steps) for (const step of withInner(top)) checkStep(step, names, findings.of(step.path));
  checkStreams(workflow, findings);
  if (workflow.output === undefined) return;
  for (const expression of expressionsIn(workflow.output)) {
    if (expression.usesItem) itemUnknown(expression, findings);
    for (const reference of expression.references) {
      if (reference.members[0] === "stream") streamInOutput(reference, findings);
      checkReference(reference, names, findings);
    }
  }
}

function checkStep(step: WorkflowStep, names: Names, findings: Findings): void {
  for (const { name, place } of step.after) {
    if (!names.all.has(name)) unknownStep({ name, members: [], place }, names, findings);
  }
  if (typeof step.onError === "object") {
    const { goTo, place } = step.onError;
    if (!names.all.has(goTo)) unknownStep({ name: goTo, members: [], place }, names, findings);
  }
  checkCases(step, findings);
  for (const found of expressionsOf(step)) {
    const { expression } = found;
    if (expression.usesItem && !found.seesItem) itemUnknown(expression, findings);
    if (expression.computed !== undefined) {
      const message = "The expression uses `steps` without the name of a step, so it is unknown what it depends on.";
      findings.error(
        expression.computed,
        message,
        "Write steps.NAME; only the output of the workflow may compute names.",
      );
    }
    for (const reference of expression.references) {
      if (reference.members[0] === "stream") checkStreamUse(reference, found, { step, findings });
      checkReference(reference, names, findings);
    }
  }
}

/** Finds cases that can't match, because the value is written out. */
function checkCases(step: WorkflowStep, findings: Findings): void {
  const value = step.kind === "switch" ? literalOf(step.value) : undefined;
  if (step.kind !== "switch" || value === undefined) return;
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  for (const { key, place } of step.cases) {
    if (key === text) continue;
    const message = `The case ${JSON.stringify(key)} is unreachable: the value is always ${JSON.stringify(value)}.`;
    findings.error(place, message, "Remove it, or switch on an expression.");
  }
}

function itemUnknown({ place }: WorkflowExpression, findings: Findings): void {
  const message = "The expression uses item or index, which exist only in the input of a step with forEach.";
  findings.error(place, message, "Add forEach to the step, or refer to input or steps.");
}

function checkReference(reference: StepReference, names: Names, findings: Findings): void {
  const { name, members, place } = reference;
  if (!names.all.has(name)) {
    unknownStep(reference, names, findings);
    return;
  }
  const [member] = members;
  if (member === undefined || member === "" || (MEMBERS as readonly string[]).includes(member)) return;
  const near = nearest(member, MEMBERS);
  const remedy = near === undefined ? "Use status, output or error." : `Write steps.${name}.${near}.`;
  findings.error(place, `steps.${name} has no member ${JSON.stringify(member)}.`, remedy);
}

function streamInOutput({ name, place }: StepReference, findings: Findings): void {
  findings.error(place, `steps.${name}.stream can only be the input of a step.`, `Use steps.${name}.output.`);
}

function unknownStep({ name, place }: StepReference, names: Names, findings: Findings): void {
  const around = names.inner.get(name);
  names.compared += 1;
  const near = names.compared > MAX_COMPARED ? undefined : nearest(name, names.all);
  const remedy =
    around !== undefined
      ? `Refer to ${around.split(".")[0]}, the step around ${around}.`
      : near === undefined
        ? "Write the name of a step of this workflow."
        : `Did you mean ${near}?`;
  findings.error(place, `There is no step ${JSON.stringify(name)}.`, remedy);
}
